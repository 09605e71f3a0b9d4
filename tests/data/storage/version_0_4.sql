INSERT INTO "event" (id, slug, run, folder, name_vi, name_en, short_name_vi, short_name_en, theme_vi, theme_en, place_vi, place_en, time_zone, first_day, last_day, expected_delegates, day_from, day_to, rehearsal, rehearsal_starts, arrival_plan, documents, silence, loaded_at) VALUES
(1, 'nho', 1, '/e', 'Buổi gặp mặt nhỏ', 'A small meeting', 'Gặp mặt nhỏ', 'Small meeting', 'Thử cho kỹ', 'Try it well', 'Vinh', 'Vinh', 'Asia/Ho_Chi_Minh', '2024-03-05', '2024-03-06', 12, '00:00:00', '23:59:59', TRUE, '2024-03-06 00:00:00.000000', '[[60.0, 0.0], [30.0, 0.5], [0.0, 1.0]]', '{}', '{}', '2026-01-05 01:00:00.000000');
INSERT INTO "person" (id, key, role, section_key, desk_key, item_key, name_vi, name_en) VALUES
(1, 'admin', 'admin', NULL, NULL, NULL, 'Quản trị hệ thống', 'System administrator'),
(2, 'committee', 'committee', NULL, NULL, NULL, 'Thường trực Ban Tổ chức', 'Organising Committee'),
(3, 'command', 'command', NULL, NULL, NULL, 'Phòng điều hành', 'Command room'),
(4, 'media', 'media', NULL, NULL, NULL, 'Tổ báo chí', 'Press team'),
(5, 'lead.an_ninh', 'lead', 'an_ninh', NULL, NULL, 'Trưởng Tiểu ban An ninh', 'Lead, Security'),
(6, 'lead.hau_can', 'lead', 'hau_can', NULL, NULL, 'Trưởng Tiểu ban Hậu cần', 'Lead, Logistics'),
(7, 'deputy.an_ninh', 'deputy', 'an_ninh', NULL, NULL, 'Phó Trưởng Tiểu ban An ninh', 'Deputy lead, Security'),
(8, 'desk.ban_1', 'desk', NULL, 'ban_1', NULL, 'Tổ điểm danh bàn số 1', 'Check-in team 1'),
(9, 'desk.ban_2', 'desk', NULL, 'ban_2', NULL, 'Tổ điểm danh bàn số 2', 'Check-in team 2'),
(10, 'rapporteur.dien_dan_1', 'rapporteur', NULL, NULL, 'dien_dan_1', 'Thư ký Diễn đàn 1', 'Rapporteur, forum 1');
INSERT INTO "delegation" (id, event_id, code, name_vi, name_en, kind_vi, contact, vehicle, sort_key) VALUES
(1, 1, '429', 'Nghi Lộc', 'Nghi Lộc district', 'Huyện', '', '', '2922232400273116/00000050'),
(2, 1, '420', 'Quỳ Hợp', 'Quỳ Hợp district', 'Huyện', '', '', '34384300233233/0010050');
INSERT INTO "desk" (id, event_id, key, name_vi, name_en) VALUES
(1, 1, 'ban_1', 'Bàn số 1', 'Desk 1'),
(2, 1, 'ban_2', 'Bàn số 2', 'Desk 2');
INSERT INTO "mediaitem" (id, event_id, key, outlet, kind, title_vi, title_en, phase, planned_at, pinned, entered_at, illustrative) VALUES
(1, 1, 'm1', 'Báo Nghệ An', 'article', 'Giới thiệu chương trình', 'About the programme', 'before', '2024-02-27 01:00:00.000000', FALSE, NULL, FALSE),
(2, 1, 'm2', 'Đài NTV', 'broadcast', 'Truyền hình phiên chính', 'The main session live', 'during', '2024-03-06 00:30:00.000000', FALSE, NULL, TRUE),
(3, 1, 'm3', 'Cổng thông tin', 'web', 'Kết quả chương trình', 'What came of it', 'after', '2024-03-07 01:00:00.000000', FALSE, NULL, TRUE);
INSERT INTO "review" (id, event_id, at, conclusion, person_id, nonce) VALUES
(1, 1, '2024-03-01 11:00:00.000000', 'Đạt yêu cầu', 2, 'nonce-10');
INSERT INTO "rollcall" (id, event_id, number, question, about_at, holds_minutes, at, person_id, nonce) VALUES
(1, 1, 1, 'Mở cửa', '2024-03-05 01:00:00.000000', 30, '2024-03-04 23:00:00.000000', 2, 'nonce-11');
INSERT INTO "section" (id, event_id, key, name_vi, name_en, short_vi, short_en, position, cadence_before_hours, cadence_near_hours, cadence_day_hours, illustrative) VALUES
(1, 1, 'an_ninh', 'Tiểu ban An ninh', 'Security section', 'An ninh', 'Security', 0, 168.0, 24.0, 1.0, FALSE),
(2, 1, 'hau_can', 'Tiểu ban Hậu cần', 'Logistics section', 'Hậu cần', 'Logistics', 1, 168.0, 24.0, 2.0, TRUE);
INSERT INTO "venue" (id, event_id, key, name_vi, name_en, illustrative) VALUES
(1, 1, 'hoi_truong', 'Hội trường lớn', 'Great hall', FALSE),
(2, 1, 'phong_1', 'Phòng số 1', 'Room 1', TRUE),
(3, 1, 'phong_2', 'Phòng số 2', 'Room 2', TRUE);
INSERT INTO "change" (id, event_id, at, recorded_at, person_id, sign_in_id, topic, subject, subject_id, what) VALUES
(1, 1, '2026-01-05 01:00:00.000000', '2026-11-26 02:51:25.075463', NULL, NULL, 'event', 'event', 1, '{"command": "load_event", "slug": "nho", "run": 1}'),
(2, 1, '2024-02-20 01:00:00.000000', '2026-11-26 02:51:25.143957', 5, NULL, 'readiness', 'section', 1, '{"command": "confirm_section", "section": 1, "text": ""}'),
(3, 1, '2024-02-21 01:00:00.000000', '2026-11-26 02:51:25.200392', 5, NULL, 'readiness', 'task', 1, '{"command": "report_status", "section": 1, "status": "blocked", "text": "Chờ phương án"}'),
(4, 1, '2024-02-21 01:05:00.000000', '2026-11-26 02:51:25.227389', 5, NULL, 'readiness', 'section', 1, '{"command": "set_headline", "section": 1, "text": "Đã họp"}'),
(5, 1, '2024-03-01 02:00:00.000000', '2026-11-26 02:51:25.286006', NULL, NULL, 'readiness', 'section', 1, '{"command": "call_silence", "section": 1, "rung": "lead"}'),
(6, 1, '2024-03-01 08:05:00.000000', '2026-11-26 02:51:25.373928', 3, NULL, 'readiness', 'section', 1, '{"command": "acknowledge_silence", "section": 1, "rung": "lead"}'),
(7, 1, '2024-03-01 09:00:00.000000', '2026-11-26 02:51:25.412051', 3, NULL, 'incidents', 'entry', 1, '{"command": "open_entry", "section": 1, "priority": 1, "number": 1, "text": "Mất điện cổng 2"}'),
(8, 1, '2024-03-01 09:10:00.000000', '2026-11-26 02:51:25.452344', 3, NULL, 'incidents', 'entry', 1, '{"command": "update_entry", "section": 1, "number": 1, "status": "closed", "text": "Đã có điện"}'),
(9, 1, '2024-03-01 09:20:00.000000', '2026-11-26 02:51:25.479246', 3, NULL, 'incidents', 'entry', 2, '{"command": "open_entry", "section": 2, "priority": 3, "number": 2, "text": "Thiếu ghế"}'),
(10, 1, '2024-03-01 10:00:00.000000', '2026-11-26 02:51:25.507350', 2, NULL, 'reviews', 'directive', 1, '{"command": "give_directive", "section": 1, "number": 1, "text": "Rà soát"}'),
(11, 1, '2024-03-01 10:10:00.000000', '2026-11-26 02:51:25.534641', 5, NULL, 'reviews', 'directive', 1, '{"command": "acknowledge_directive", "section": 1, "number": 1, "text": "Rà soát"}'),
(12, 1, '2024-03-01 11:00:00.000000', '2026-11-26 02:51:25.911099', 2, NULL, 'reviews', 'review', 1, '{"command": "sign_review", "number": 7, "text": "Đạt yêu cầu"}'),
(13, 1, '2024-03-04 23:00:00.000000', '2026-11-26 02:51:25.955725', 2, NULL, 'roll_calls', 'roll_call', 1, '{"command": "open_roll_call", "number": 1, "text": "Mở cửa"}'),
(14, 1, '2024-03-04 23:05:00.000000', '2026-11-26 02:51:26.005680', 5, NULL, 'roll_calls', 'roll_call', 1, '{"command": "answer_roll_call", "section": 1, "answer": "go", "text": ""}'),
(15, 1, '2024-03-04 23:20:00.000000', '2026-11-26 02:51:26.055467', 2, NULL, 'incidents', 'entry', 3, '{"command": "open_entry", "section": null, "priority": 3, "number": 3, "text": "Điểm danh sẵn sàng “Mở cửa” 08:00: CHƯA SẴN SÀNG – Hậu cần"}'),
(16, 1, '2024-03-04 23:20:00.000000', '2026-11-26 02:51:26.066593', 2, NULL, 'roll_calls', 'roll_call', 1, '{"command": "end_roll_call", "outcome": "not_ready", "number": 3}'),
(17, 1, '2024-03-05 01:02:00.000000', '2026-11-26 02:51:26.107321', 3, NULL, 'programme', 'item', 1, '{"command": "start_item", "item": 1}'),
(18, 1, '2024-03-05 06:50:00.000000', '2026-11-26 02:51:26.156542', 8, NULL, 'attendance', 'delegate', 5, '{"command": "admit", "item": 3, "badge": "0005T", "standing": "present"}'),
(19, 1, '2024-03-05 06:51:00.000000', '2026-11-26 02:51:26.183137', 3, NULL, 'attendance', 'delegate', 6, '{"command": "excuse", "item": 6, "badge": "0006C", "standing": "excused"}'),
(20, 1, '2024-03-05 06:52:00.000000', '2026-11-26 02:51:26.198792', 3, NULL, 'attendance', 'delegate', 1, '{"command": "excuse", "item": 6, "badge": "0001G", "standing": "announced"}'),
(21, 1, '2024-03-05 23:00:00.000000', '2026-11-26 02:51:26.228202', 3, NULL, 'attendance', 'delegate', 7, '{"command": "replace_badge", "badge": "0013Q", "replaced": "0007H"}'),
(22, 1, '2024-03-06 00:10:00.000000', '2026-11-26 02:51:26.258736', 8, NULL, 'attendance', 'delegate', 5, '{"command": "admit", "item": 6, "badge": "0005T", "standing": "present"}'),
(23, 1, '2024-03-06 00:12:00.000000', '2026-11-26 02:51:26.281987', 8, NULL, 'attendance', 'item', 6, '{"command": "add_guests", "number": 2}'),
(24, 1, '2024-03-06 00:13:00.000000', '2026-11-26 02:51:26.312227', 8, NULL, 'attendance', 'item', 6, '{"command": "count_heads", "number": 4}'),
(25, 1, '2024-03-06 00:20:00.000000', '2026-11-26 02:51:26.347069', 8, NULL, 'attendance', 'delegate', 1, '{"command": "admit", "item": 6, "badge": "0001G", "standing": "substitute"}'),
(26, 1, '2024-03-06 00:21:00.000000', '2026-11-26 02:51:26.377821', 8, NULL, 'attendance', 'item', 6, '{"command": "take_late", "item": 6, "badge": "9999B", "outcome": "badge_mistyped"}'),
(27, 1, '2024-03-06 00:22:00.000000', '2026-11-26 02:51:26.411246', 8, NULL, 'attendance', 'item', 6, '{"command": "take_late", "item": 6, "badge": "0005T", "outcome": "already_in_at_desk"}'),
(28, 1, '2024-03-06 00:30:00.000000', '2026-11-26 02:51:26.431213', 8, NULL, 'attendance', 'delegate', 5, '{"command": "leave", "item": 6, "badge": "0005T", "standing": "present"}'),
(29, 1, '2024-03-06 00:31:00.000000', '2026-11-26 02:51:26.445442', 3, NULL, 'event', 'item', 6, '{"command": "pin_item", "item": 6, "pinned": true}'),
(30, 1, '2024-03-06 00:32:00.000000', '2026-11-26 02:51:26.484565', 4, NULL, 'media', 'media', 1, '{"command": "publish_media", "media": 1, "text": "Giới thiệu chương trình"}');
INSERT INTO "delegate" (id, event_id, badge, delegation_id, title_vi, title_en, folded, sort_key) VALUES
(1, 1, '0001G', 1, 'Bí thư Huyện ủy Nghi Lộc', 'Party Secretary, Nghi Lộc district', 'bi thu huyen uy nghi loc party secretary, nghi loc district nghi loc 0001g', '152400372339002338432029003843002922232400273116/040000000050020000000050'),
(2, 1, '0002K', 1, 'Chủ tịch UBND huyện Nghi Lộc', 'Chair, Nghi Lộc district', 'chu tich ubnd huyen nghi loc chair, nghi loc district nghi loc 0002k', '16233800372416230038152917002338432029002922232400273116/0020050000000000050000000050'),
(3, 1, '0003M', 2, 'Bí thư Huyện ủy Quỳ Hợp', 'Party Secretary, Quỳ Hợp district', 'bi thu huyen uy quy hop party secretary, quy hop district quy hop 0003m', '1524003723390023384320290038430034384300233233/04000000005002000010050'),
(4, 1, '0004P', 2, 'Chủ tịch UBND huyện Quỳ Hợp', 'Chair, Quỳ Hợp district', 'chu tich ubnd huyen quy hop chair, quy hop district quy hop 0004p', '162338003724162300381529170023384320290034384300233233/002005000000000005000010050'),
(5, 1, '0005T', 1, 'Bí thư Đảng ủy xã Nghi Văn', 'Party Secretary, Nghi Văn commune', 'bi thu dang uy xa nghi van party secretary, nghi van commune nghi loc 0005t', '1524003723390018122922003843004212002922232400401329/04000000200020003000000000'),
(6, 1, '0006C', 1, 'Chủ tịch UBND xã Nghi Văn', 'Chair, Nghi Văn commune', 'chu tich ubnd xa nghi van chair, nghi van commune nghi loc 0006c', '16233800372416230038152917004212002922232400401329/0020050000000003000000000'),
(7, 1, '0013Q', 1, 'Bí thư Đảng ủy xã Nghi Vạn', 'Party Secretary, Nghi Vạn commune', 'bi thu dang uy xa nghi van party secretary, nghi van commune nghi loc 0013q', '1524003723390018122922003843004212002922232400401229/04000000200020003000000050'),
(8, 1, '0008L', 1, 'Chủ tịch UBND xã Nghi Vạn', 'Chair, Nghi Vạn commune', 'chu tich ubnd xa nghi van chair, nghi van commune nghi loc 0008l', '16233800372416230038152917004212002922232400401229/0020050000000003000000050'),
(9, 1, '0009N', 2, 'Bí thư Đảng ủy xã Châu Bính', 'Party Secretary, Châu Bính commune', 'bi thu dang uy xa chau binh party secretary, chau binh commune quy hop 0009n', '152400372339001812292200384300421200162314380015242923/040000002000200030000000400'),
(10, 1, '0010H', 2, 'Chủ tịch UBND xã Châu Bính', 'Chair, Châu Bính commune', 'chu tich ubnd xa chau binh chair, chau binh commune quy hop 0010h', '1623380037241623003815291700421200162314380015242923/00200500000000030000000400'),
(11, 1, '0011L', 2, 'Bí thư Đảng ủy xã Châu Bình', 'Party Secretary, Châu Bình commune', 'bi thu dang uy xa chau binh party secretary, chau binh commune quy hop 0011l', '152400372339001812292200384300421200162314380015242923/040000002000200030000000100'),
(12, 1, '0012N', 2, 'Chủ tịch UBND xã Châu Bình', 'Chair, Châu Bình commune', 'chu tich ubnd xa chau binh chair, chau binh commune quy hop 0012n', '1623380037241623003815291700421200162314380015242923/00200500000000030000000100');
INSERT INTO "directive" (id, event_id, number, kind, text, why, section_id, office_id, due_at, at, person_id, nonce) VALUES
(1, 1, 1, 'directive', 'Rà soát', '', 1, NULL, '2024-03-03 10:00:00.000000', '2024-03-01 10:00:00.000000', 2, 'nonce-8');
INSERT INTO "entry" (id, event_id, number, section_id, priority, text, at, person_id, nonce) VALUES
(1, 1, 1, 1, 1, 'Mất điện cổng 2', '2024-03-01 09:00:00.000000', 3, 'nonce-5'),
(2, 1, 2, 2, 3, 'Thiếu ghế', '2024-03-01 09:20:00.000000', 3, 'nonce-7'),
(3, 1, 3, NULL, 3, 'Điểm danh sẵn sàng “Mở cửa” 08:00: CHƯA SẴN SÀNG – Hậu cần', '2024-03-04 23:20:00.000000', 2, 'nonce-13-entry');
INSERT INTO "mediapublication" (id, media_id, at, person_id, nonce) VALUES
(1, 1, '2024-03-06 00:32:00.000000', 4, 'nonce-27');
INSERT INTO "programmeitem" (id, event_id, key, position, parent_id, kind, title_vi, title_en, short_vi, short_en, venue_id, starts_at, ends_at, chair, expects, pinned, illustrative) VALUES
(1, 1, 'don_tiep', 0, NULL, 'reception', 'Đón tiếp đại biểu', 'Reception', 'Đón tiếp', 'Reception', 1, '2024-03-05 01:00:00.000000', '2024-03-05 02:30:00.000000', '', 'none', FALSE, ''),
(2, 1, 'dang_hoa', 1, NULL, 'ceremony', 'Lễ dâng hoa', 'Flower offering', 'Dâng hoa', 'Flowers', NULL, '2024-03-05 03:00:00.000000', '2024-03-05 03:45:00.000000', '', 'district', FALSE, ''),
(3, 1, 'dien_dan_1', 2, NULL, 'forum', 'Diễn đàn 1', 'Forum 1', 'DĐ 1', 'Forum 1', 2, '2024-03-05 07:00:00.000000', '2024-03-05 10:00:00.000000', 'Chủ tọa 1', 'forum', FALSE, 'venue'),
(4, 1, 'dien_dan_2', 3, NULL, 'forum', 'Diễn đàn 2', 'Forum 2', 'DĐ 2', 'Forum 2', 3, '2024-03-05 07:00:00.000000', '2024-03-05 10:00:00.000000', 'Chủ tọa 2', 'forum', FALSE, 'venue'),
(5, 1, 'truyen_hinh', 4, NULL, 'broadcast', 'Truyền hình trực tiếp', 'Live broadcast', 'Truyền hình', 'Broadcast', 1, '2024-03-06 00:30:00.000000', '2024-03-06 04:30:00.000000', '', 'none', FALSE, ''),
(6, 1, 'phien_chinh', 5, NULL, 'session', 'Phiên chính', 'Main session', 'Phiên chính', 'Main session', 1, '2024-03-06 00:30:00.000000', '2024-03-06 04:30:00.000000', 'Thường trực', 'all', TRUE, ''),
(7, 1, 'khai_mac', 6, 6, 'segment', 'Khai mạc', 'Opening', 'Khai mạc', 'Opening', 1, '2024-03-06 00:30:00.000000', '2024-03-06 01:00:00.000000', '', 'none', FALSE, ''),
(8, 1, 'doi_thoai', 7, 6, 'segment', 'Đối thoại', 'Dialogue', 'Đối thoại', 'Dialogue', 1, '2024-03-06 01:00:00.000000', '2024-03-06 04:30:00.000000', '', 'none', FALSE, '');
INSERT INTO "rollcallanswer" (id, roll_call_id, section_id, answer, words, entries_seen, updates_seen, at, person_id, nonce) VALUES
(1, 1, 1, 'go', '', 2, 1, '2024-03-04 23:05:00.000000', 5, 'nonce-12');
INSERT INTO "rollcallsection" (roll_call_id, section_id) VALUES
(1, 1),
(1, 2);
INSERT INTO "sectionreport" (id, section_id, headline, at, person_id, nonce) VALUES
(1, 1, NULL, '2024-02-20 01:00:00.000000', 5, 'nonce-1'),
(2, 1, 'Đã họp', '2024-02-21 01:05:00.000000', 5, 'nonce-3');
INSERT INTO "sectionstate" (section_id, headline, headline_at, confirmed_at, renewed_at) VALUES
(1, 'Đã họp', '2024-02-21 01:05:00.000000', '2024-02-21 01:05:00.000000', '2024-02-20 01:00:00.000000');
INSERT INTO "signedreview" (review_id, event_id, number, since, phase, figures, content, digest) VALUES
(1, 1, 7, '2024-02-21 05:00:00.000000', 'before', '{"tasks": 5, "done": 0, "late": 2, "at_risk": 0, "overdue": 2, "silent": 2, "entries": 1, "published": 0, "media": 3, "media_late": 1, "expected": 4, "here": 0, "excused": 0, "missing": 4}', '{"version": 1, "meta": {"number": 7, "moment": "2024-03-01T11:00:00+00:00", "since": "2024-02-21T05:00:00+00:00", "phase": "before", "signer": {"vi": "Thường trực Ban Tổ chức", "en": "Organising Committee"}, "conclusion": "Đạt yêu cầu", "event": {"slug": "nho", "run": 1, "name": {"vi": "Buổi gặp mặt nhỏ", "en": "A small meeting"}, "place": {"vi": "Vinh", "en": "Vinh"}, "documents": {}, "rehearsal": true, "time_zone": "Asia/Ho_Chi_Minh", "first_day": "2024-03-05", "last_day": "2024-03-06"}}, "figures": {"tasks": 5, "done": 0, "late": 2, "at_risk": 0, "overdue": 2, "silent": 2, "entries": 1, "published": 0, "media": 3, "media_late": 1, "expected": 4, "here": 0, "excused": 0, "missing": 4}, "text": {"vi": [{"heading": "Tình hình chung", "paragraphs": ["Số liệu tại 18:00, 1/3/2024, giai đoạn: Trước Chương trình.", "So với 12:00, 21/2/2024.", "0/5 đầu việc đã hoàn thành; 2 chậm hoặc vướng mắc, 0 có nguy cơ chậm, 2 quá hạn; 2 tiểu ban chưa cập nhật; 1 sự cố đang mở; 0/4 đại biểu có mặt; 0/3 tin, bài đã đăng, 1 trễ."], "tables": []}, {"heading": "Mới chậm, vướng mắc", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "3. Đặt hội trường", "Hậu cần · Văn phòng", "Chưa triển khai · trước: Chưa triển khai · quá hạn 25 giờ"]], "total": false}]}, {"heading": "Vẫn chậm, vướng mắc", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "1. Lập phương án an ninh", "An ninh · Công an tỉnh", "Đang vướng mắc · quá hạn 6 ngày · Chờ phương án"]], "total": false}]}, {"heading": "Trượt hạn", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "1. Lập phương án an ninh", "An ninh · Công an tỉnh", "quá hạn 6 ngày · Chờ phương án"], ["2", "3. Đặt hội trường", "Hậu cần · Văn phòng", "quá hạn 25 giờ"]], "total": false}]}, {"heading": "Tiểu ban chưa cập nhật", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "Tiểu ban Hậu cần", "Hậu cần", "Chưa báo cáo lần nào"], ["2", "Tiểu ban An ninh", "An ninh", "cập nhật lần cuối 08:05, 21/2/2024 · mới"]], "total": false}]}, {"heading": "Kết luận, chỉ đạo", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "Chỉ đạo 1: Rà soát", "An ninh", "đã nhận · hạn 17:00, 3/3/2024"]], "total": false}]}, {"heading": "Sự cố đang mở", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "P3 #002 Thiếu ghế", "Hậu cần", "mới tiếp nhận · ghi lúc 16:20, 1/3/2024"]], "total": false}]}, {"heading": "Đến hạn trong hai ngày tới", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "2. Tập huấn lực lượng", "An ninh · Công an tỉnh", "Chưa triển khai · hạn 17:00, 2/3/2024"]], "total": false}]}, {"heading": "Truyền thông", "paragraphs": [], "tables": [{"columns": [{"heading": "TT", "width": 0.07, "align": "center"}, {"heading": "Nội dung", "width": 0.43, "align": "left"}, {"heading": "Phụ trách", "width": 0.18, "align": "left"}, {"heading": "Tình hình", "width": 0.32, "align": "left"}], "rows": [["1", "Giới thiệu chương trình", "Báo Nghệ An", "Trễ kế hoạch · kế hoạch 08:00, 27/2/2024"]], "total": false}]}, {"heading": "Kết luận", "paragraphs": ["Đạt yêu cầu"], "tables": []}], "en": [{"heading": "Overall", "paragraphs": ["Figures as at 18:00, 1 Mar 2024, phase: Before the Programme.", "Compared with 12:00, 21 Feb 2024.", "0/5 tasks done; off track or blocked: 2, at risk: 0, overdue: 2; sections with no update: 2; open incidents: 1; 0/4 delegates present; 0/3 media items published, 1 late."], "tables": []}, {"heading": "Newly off track or blocked", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "3. Book the hall", "Logistics · Văn phòng", "Not started · was: Not started · 25 h overdue"]], "total": false}]}, {"heading": "Still off track or blocked", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "1. Draw up the security plan", "Security · Công an tỉnh", "Blocked · 6 d overdue · Chờ phương án"]], "total": false}]}, {"heading": "Slipped", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "1. Draw up the security plan", "Security · Công an tỉnh", "6 d overdue · Chờ phương án"], ["2", "3. Book the hall", "Logistics · Văn phòng", "25 h overdue"]], "total": false}]}, {"heading": "Sections with no update", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "Logistics section", "Logistics", "Never reported"], ["2", "Security section", "Security", "last update 08:05, 21 Feb 2024 · new"]], "total": false}]}, {"heading": "Decisions and directives", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "Directive 1: Rà soát", "Security", "acknowledged · due 17:00, 3 Mar 2024"]], "total": false}]}, {"heading": "Open incidents", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "P3 #002 Thiếu ghế", "Logistics", "received · entered 16:20, 1 Mar 2024"]], "total": false}]}, {"heading": "Due in the next two days", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "2. Train the force", "Security · Công an tỉnh", "Not started · due 17:00, 2 Mar 2024"]], "total": false}]}, {"heading": "Media", "paragraphs": [], "tables": [{"columns": [{"heading": "No.", "width": 0.07, "align": "center"}, {"heading": "Matter", "width": 0.43, "align": "left"}, {"heading": "Responsible", "width": 0.18, "align": "left"}, {"heading": "State", "width": 0.32, "align": "left"}], "rows": [["1", "About the programme", "Báo Nghệ An", "Late · planned 08:00, 27 Feb 2024"]], "total": false}]}, {"heading": "Conclusion", "paragraphs": ["Đạt yêu cầu"], "tables": []}]}}', '860d293ffcc46312e3284453bf1a15b62da89c42ba82a40c6e14cb557f906ad6');
INSERT INTO "silencestep" (id, event_id, section_id, since, rung, at) VALUES
(1, 1, 1, '2024-02-21 01:00:00.000000', 'lead', '2024-03-01 02:00:00.000000');
INSERT INTO "task" (id, event_id, section_id, number, title_vi, title_en, phase, due, due_at, start, start_at, baseline_due, baseline_due_at, baseline_start, baseline_start_at, pinned, carried_days, version, cadence_before_hours, cadence_near_hours, cadence_day_hours, owner, critical, illustrative) VALUES
(1, 1, 1, 1, 'Lập phương án an ninh', 'Draw up the security plan', 'before', 'D-10 17:00', '2024-02-24 10:00:00.000000', NULL, NULL, 'D-10 17:00', '2024-02-24 10:00:00.000000', NULL, NULL, FALSE, 0, 1, NULL, NULL, NULL, 'Công an tỉnh', TRUE, FALSE),
(2, 1, 1, 2, 'Tập huấn lực lượng', 'Train the force', 'before', 'D-3 17:00', '2024-03-02 10:00:00.000000', NULL, NULL, 'D-3 17:00', '2024-03-02 10:00:00.000000', NULL, NULL, FALSE, 0, 1, NULL, NULL, NULL, 'Công an tỉnh', FALSE, TRUE),
(3, 1, 2, 3, 'Đặt hội trường', 'Book the hall', 'before', 'D-5 17:00', '2024-02-29 10:00:00.000000', NULL, NULL, 'D-5 17:00', '2024-02-29 10:00:00.000000', NULL, NULL, FALSE, 0, 1, NULL, NULL, NULL, 'Văn phòng', TRUE, TRUE),
(4, 1, 2, 4, 'Bố trí chỗ ngồi', 'Seating', 'before', 'D-1 17:00', '2024-03-04 10:00:00.000000', NULL, NULL, 'D-1 17:00', '2024-03-04 10:00:00.000000', NULL, NULL, FALSE, 0, 1, NULL, NULL, NULL, 'Văn phòng', FALSE, TRUE),
(5, 1, 2, 5, 'Thanh quyết toán', 'Settle the accounts', 'after', 'D+7 17:00', '2024-03-12 10:00:00.000000', NULL, NULL, 'D+7 17:00', '2024-03-12 10:00:00.000000', NULL, NULL, FALSE, 0, 1, NULL, NULL, NULL, 'Văn phòng', FALSE, TRUE);
INSERT INTO "arrivalminute" (item_id, minute, arrived) VALUES
(3, '2024-03-05 06:50:00.000000', 1),
(6, '2024-03-06 00:10:00.000000', 1),
(6, '2024-03-06 00:15:00.000000', 1);
INSERT INTO "attendancecount" (item_id, delegation_id, expected, present, substituted, excused, inside, common) VALUES
(2, 1, 2, 0, 0, 0, 0, 0),
(2, 2, 2, 0, 0, 0, 0, 0),
(3, 1, 3, 1, 0, 0, 0, 0),
(3, 2, 3, 0, 0, 0, 0, 0),
(4, 1, 3, 0, 0, 0, 0, 0),
(4, 2, 3, 0, 0, 0, 0, 0),
(6, 1, 6, 1, 1, 1, 1, 1),
(6, 2, 6, 0, 0, 0, 0, 0);
INSERT INTO "attendancefact" (id, item_id, delegate_id, standing, place, words, desk_id, at, came_at, device_at, before_id, undoes_id, person_id, scan_id) VALUES
(1, 3, 5, 'present', 'room', '', 1, '2024-03-05 06:50:00.000000', '2024-03-05 06:50:00.000000', NULL, NULL, NULL, 8, 'nonce-15'),
(2, 6, 6, 'excused', 'outside', 'Ốm', NULL, '2024-03-05 06:51:00.000000', NULL, NULL, NULL, NULL, 3, 'nonce-16'),
(3, 6, 1, 'announced', 'outside', 'Bà Hoa', NULL, '2024-03-05 06:52:00.000000', NULL, NULL, NULL, NULL, 3, 'nonce-17'),
(4, 3, 5, 'present', 'outside', '', 1, '2024-03-06 00:10:00.000000', '2024-03-05 06:50:00.000000', NULL, 1, NULL, 8, 'nonce-19/l'),
(5, 6, 5, 'present', 'room', '', 1, '2024-03-06 00:10:00.000000', '2024-03-06 00:10:00.000000', NULL, NULL, NULL, 8, 'nonce-19'),
(6, 6, 1, 'substitute', 'room', 'Bà Hoa', 1, '2024-03-06 00:20:00.000000', '2024-03-06 00:15:00.000000', '2024-03-06 00:15:00.000000', 3, NULL, 8, 'nonce-22'),
(7, 6, 5, 'present', 'common', '', 1, '2024-03-06 00:30:00.000000', '2024-03-06 00:10:00.000000', NULL, 5, NULL, 8, 'nonce-25');
INSERT INTO "attendancestep" (item_id, minute, delegation_id, came, expected, present, substituted, excused, inside, common, arrived) VALUES
(3, '2024-03-05 06:50:00.000000', 1, '2024-03-05 06:50:00.000000', 0, 1, 0, 0, 1, 0, 1),
(3, '2024-03-06 00:10:00.000000', 1, '2024-03-06 00:10:00.000000', 0, 0, 0, 0, -1, 0, 0),
(6, '2024-03-05 06:51:00.000000', 1, '2024-03-05 06:51:00.000000', 0, 0, 0, 1, 0, 0, 0),
(6, '2024-03-05 06:52:00.000000', 1, '2024-03-05 06:52:00.000000', 0, 0, 0, 0, 0, 0, 0),
(6, '2024-03-06 00:10:00.000000', 1, '2024-03-06 00:10:00.000000', 0, 1, 0, 0, 1, 0, 1),
(6, '2024-03-06 00:20:00.000000', 1, '2024-03-06 00:15:00.000000', 0, 0, 1, 0, 1, 0, 1),
(6, '2024-03-06 00:30:00.000000', 1, '2024-03-06 00:30:00.000000', 0, 0, 0, 0, -1, 1, 0);
INSERT INTO "deskitem" (desk_id, item_id) VALUES
(1, 2),
(1, 3),
(1, 6),
(2, 4),
(2, 6);
INSERT INTO "directivestep" (id, directive_id, step, note, at, person_id, nonce) VALUES
(1, 1, 'acknowledged', '', '2024-03-01 10:10:00.000000', 5, 'nonce-9');
INSERT INTO "doorcount" (id, item_id, desk_id, number, at, person_id, scan_id) VALUES
(1, 6, 1, 4, '2024-03-06 00:13:00.000000', 8, 'nonce-21');
INSERT INTO "entrystate" (entry_id, event_id, status, closed, text, opened_at, at) VALUES
(1, 1, 'closed', TRUE, 'Đã có điện', '2024-03-01 09:00:00.000000', '2024-03-01 09:10:00.000000'),
(2, 1, 'open', FALSE, '', '2024-03-01 09:20:00.000000', '2024-03-01 09:20:00.000000'),
(3, 1, 'open', FALSE, '', '2024-03-04 23:20:00.000000', '2024-03-04 23:20:00.000000');
INSERT INTO "entryupdate" (id, entry_id, status, text, at, person_id, nonce) VALUES
(1, 1, 'closed', 'Đã có điện', '2024-03-01 09:10:00.000000', 3, 'nonce-6');
INSERT INTO "expectation" (item_id, delegate_id) VALUES
(2, 1),
(2, 2),
(2, 3),
(2, 4),
(3, 1),
(3, 3),
(3, 5),
(3, 7),
(3, 9),
(3, 11),
(4, 2),
(4, 4),
(4, 6),
(4, 8),
(4, 10),
(4, 12),
(6, 1),
(6, 2),
(6, 3),
(6, 4),
(6, 5),
(6, 6),
(6, 7),
(6, 8),
(6, 9),
(6, 10),
(6, 11),
(6, 12);
INSERT INTO "guestfact" (id, item_id, number, words, desk_id, at, person_id, scan_id) VALUES
(1, 6, 2, 'Báo chí', 1, '2024-03-06 00:12:00.000000', 8, 'nonce-20');
INSERT INTO "itemplan" (id, event_id, item_id, starts_at, ends_at, pinned, at, person_id, move_id, nonce) VALUES
(1, 1, 6, '2024-03-06 00:30:00.000000', '2024-03-06 04:30:00.000000', FALSE, '2024-03-06 00:31:00.000000', 3, NULL, 'nonce-26');
INSERT INTO "latescan" (id, item_id, badge, desk_id, device_at, at, person_id, scan_id, outcome, told) VALUES
(1, 6, '0001G', 1, '2024-03-06 00:15:00.000000', '2024-03-06 00:20:00.000000', 8, 'nonce-22', 'recorded', '{"came_at": "2024-03-06T00:15:00+00:00"}'),
(2, 6, '9999B', 1, '2024-03-06 00:15:00.000000', '2024-03-06 00:21:00.000000', 8, 'nonce-23', 'badge_mistyped', '{"badge": "9999B", "came_at": "2024-03-06T00:15:00+00:00"}'),
(3, 6, '0005T', 1, '2024-03-06 00:11:00.000000', '2024-03-06 00:22:00.000000', 8, 'nonce-24', 'already_in_at_desk', '{"desk": {"vi": "Bàn số 1", "en": "Desk 1"}, "badge": "0005T", "delegate": {"vi": "Bí thư Đảng ủy xã Nghi Văn", "en": "Party Secretary, Nghi Văn commune"}, "at": "2024-03-06T00:10:00+00:00", "came_at": "2024-03-06T00:11:00+00:00", "fact": 5}');
INSERT INTO "programmemark" (id, item_id, mark, at, person_id, nonce) VALUES
(1, 1, 'started', '2024-03-05 01:02:00.000000', 3, 'nonce-14');
INSERT INTO "replacedbadge" (id, event_id, badge, delegate_id, at, person_id, nonce) VALUES
(1, 1, '0007H', 7, '2024-03-05 23:00:00.000000', 3, 'nonce-18');
INSERT INTO "rollcallend" (id, roll_call_id, outcome, entry_id, at, person_id, nonce) VALUES
(1, 1, 'not_ready', 3, '2024-03-04 23:20:00.000000', 2, 'nonce-13');
INSERT INTO "rollcallresult" (roll_call_id, section_id, stand, answer_id, entry_number) VALUES
(1, 1, 'go', 1, NULL),
(1, 2, 'silent', NULL, NULL);
INSERT INTO "silenceacknowledgement" (id, step_id, at, person_id, nonce) VALUES
(1, 1, '2024-03-01 08:05:00.000000', 3, 'nonce-4');
INSERT INTO "taskprerequisite" (task_id, needs_id) VALUES
(2, 1),
(4, 1),
(4, 3),
(5, 4);
INSERT INTO "taskreport" (id, task_id, status, note, at, person_id, nonce) VALUES
(1, 1, 'blocked', 'Chờ phương án', '2024-02-21 01:00:00.000000', 5, 'nonce-2');
INSERT INTO "attendancestate" (item_id, delegate_id, fact_id, standing, place, at, came_at) VALUES
(3, 5, 4, 'present', 'outside', '2024-03-06 00:10:00.000000', '2024-03-05 06:50:00.000000'),
(6, 1, 6, 'substitute', 'room', '2024-03-06 00:20:00.000000', '2024-03-06 00:15:00.000000'),
(6, 5, 7, 'present', 'common', '2024-03-06 00:30:00.000000', '2024-03-06 00:10:00.000000'),
(6, 6, 2, 'excused', 'outside', '2024-03-05 06:51:00.000000', NULL);
INSERT INTO "taskstate" (task_id, report_id, status, note, at) VALUES
(1, 1, 'blocked', 'Chờ phương án', '2024-02-21 01:00:00.000000');
