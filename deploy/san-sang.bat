@echo off
rem Starts the server on Windows. The first time it installs what is needed: from the folder "wheels"
rem where that is there (no network needed), else from the internet. What stands here is plain ASCII:
rem a window of an old code page shows nothing else.
setlocal
cd /d "%~dp0.."
set PYTHONUTF8=1
if not exist .venv\Scripts\python.exe py -3 -m venv .venv
if not exist .venv\Scripts\python.exe echo Chua co Python. Cai Python 3.11 tro len, roi chay lai tep nay. / Install Python 3.11 or newer first.
if not exist .venv\Scripts\python.exe pause
if not exist .venv\Scripts\python.exe exit /b 1
set FROM=
if exist wheels set FROM=--no-index --find-links wheels
fc /b requirements.txt .venv\installed.txt >nul 2>nul || .venv\Scripts\python -m pip install --disable-pip-version-check --quiet %FROM% -r requirements.txt && copy /y requirements.txt .venv\installed.txt >nul
.venv\Scripts\python -m web --https %*
if errorlevel 1 pause
