### Thai. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = ตะกร้าสินค้า
bag_empty = ยังไม่มีสินค้า
bag_count = { $count } สินค้า

## Buttons

buy_now = ซื้อเลย
add_to_cart = เพิ่มลงตะกร้า
remind_me = เตือนฉัน
bid_now = ประมูลเลย
view = ดู
claim = รับ
claimed = รับแล้ว

## Why a button is disabled

sold_out = สินค้าหมด
off_shelf = ไม่มีจำหน่ายแล้ว
not_deliverable = จัดส่งไปยังพื้นที่ของคุณไม่ได้
not_started = ยังไม่เริ่ม
sale_ended = สิ้นสุดแล้ว
limit_reached = ซื้อครบจำนวนที่จำกัดแล้ว
age_restricted = ไม่จำหน่ายสำหรับอายุของคุณ
user_restricted = บัญชีของคุณซื้อสินค้านี้ไม่ได้
room_ended = LIVE จบแล้ว
ec_banned = LIVE นี้ไม่เปิดให้ซื้อสินค้า
own_product = นี่คือสินค้าของคุณ
app_too_old = อัปเดตแอปเพื่อดำเนินการต่อ
auction_not_qualified = กรอกข้อมูลให้ครบเพื่อประมูล
cart_full = ตะกร้าของคุณเต็ม
unavailable = ไม่พร้อมจำหน่าย

## Time

starts_in = เริ่มใน { $time }
ends_in = สิ้นสุดใน { $time }
countdown_dh = { $days } วัน { $hours } ชม.
countdown_hms = { $hours } ชม. { $minutes } นาที { $seconds } วินาที
countdown_ms = { $minutes } นาที { $seconds } วินาที
countdown_s = { $seconds } วินาที

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = ขายแล้ว { $count } ชิ้น
sold_in_live = ขายแล้ว { $count } ชิ้นใน LIVE นี้
only_n_left = เหลือเพียง { $count } ชิ้น
almost_gone = ใกล้หมดแล้ว

## Labels and vouchers

flash_sale = แฟลชเซล
free_shipping = ส่งฟรี
free_gift = ของแถมฟรี
cod = เก็บเงินปลายทาง
off_percent = ลด { $percent }
off_amount = ลด { $amount }
off_over = ลด { $amount } เมื่อซื้อครบ { $min }
off_percent_over = ลด { $percent } เมื่อซื้อครบ { $min }
follow_to_claim = ติดตามเพื่อรับ
watch_to_claim = ดู { $time } เพื่อรับ
voucher_gone = ถูกรับหมดแล้ว
voucher_expired = หมดอายุ
voucher_used = ใช้แล้ว
voucher_more = อีก { $count } คูปอง

## Tabs

tab_all = ทั้งหมด
tab_flash = แฟลชเซล
tab_auction = ประมูล
tab_voucher = คูปอง
tab_recommend = สำหรับคุณ

## Atmosphere and shop

lowest_30d = ราคาต่ำสุดใน 30 วัน
best_seller = ขายดี
new_in = ใหม่
official_shop = ร้านค้าทางการ
visit_shop = ไปที่ร้าน
featured_now = กำลังแนะนำ

## Prices and auctions

from_price = เริ่มต้น { $price }
current_bid = ราคาปัจจุบัน: { $amount }
starting_bid = ราคาเริ่มต้น: { $amount }
auction_sold = ขายแล้ว
auction_unsold = ไม่มีผู้ซื้อ
auction_cancelled = ยกเลิกแล้ว
auction_extended = ขยายเวลาแล้ว
auction_pay_now = ชำระเงิน
leading = คุณกำลังนำอยู่
surprise_set = เซ็ตเซอร์ไพรส์
surprise_rules = ผู้ชนะจะได้รับสินค้าหนึ่งชิ้นในเซ็ตโดยการสุ่ม โอกาสของแต่ละชิ้นแสดงไว้และเปลี่ยนไปเมื่อมีการสุ่มออก ซื้อแล้วไม่รับคืน
