@echo off
rem Run once, by a right click and "Run as administrator": from then on the server starts by itself
rem when this user signs in to Windows. "autostart.bat off" ends that.
setlocal
set TASK=San Sang
if /i "%~1"=="off" schtasks /delete /tn "%TASK%" /f
if /i "%~1"=="off" exit /b
schtasks /create /tn "%TASK%" /tr "\"%~dp0san-sang.bat\"" /sc onlogon /rl limited /f
if errorlevel 1 echo Bam chuot phai vao tep nay, chon "Run as administrator". / Right click this file, choose "Run as administrator".
pause
