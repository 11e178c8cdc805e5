### Vietnamese. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Giỏ hàng LIVE
bag_empty = Chưa có gì ở đây
bag_count = { $count } sản phẩm

## Buttons

buy_now = Mua ngay
add_to_cart = Thêm vào giỏ hàng
remind_me = Nhắc tôi
bid_now = Đấu giá ngay
view = Xem
claim = Nhận
claimed = Đã nhận

## Why a button is disabled

sold_out = Hết hàng
off_shelf = Không còn bán
not_deliverable = Không giao đến khu vực của bạn
not_started = Chưa bắt đầu
sale_ended = Ưu đãi đã kết thúc
limit_reached = Đã đạt giới hạn mua
age_restricted = Không dành cho độ tuổi của bạn
user_restricted = Tài khoản của bạn không thể mua sản phẩm này
room_ended = LIVE đã kết thúc
ec_banned = Không thể mua sắm trong LIVE này
own_product = Đây là sản phẩm của bạn
app_too_old = Cập nhật ứng dụng để tiếp tục
auction_not_qualified = Hoàn tất thông tin để đấu giá
cart_full = Giỏ hàng của bạn đã đầy
unavailable = Không khả dụng

## Time

starts_in = Bắt đầu sau { $time }
ends_in = Kết thúc sau { $time }
countdown_dh = { $days } ngày { $hours } giờ
countdown_hms = { $hours } giờ { $minutes } phút { $seconds } giây
countdown_ms = { $minutes } phút { $seconds } giây
countdown_s = { $seconds } giây

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = Đã bán { $count }
sold_in_live = Đã bán { $count } trong LIVE này
only_n_left = Chỉ còn { $count }
almost_gone = Sắp hết

## Labels and vouchers

flash_sale = Flash sale
free_shipping = Miễn phí vận chuyển
free_gift = Quà tặng
cod = Thanh toán khi nhận hàng
off_percent = Giảm { $percent }
off_amount = Giảm { $amount }
off_over = Giảm { $amount } cho đơn từ { $min }
off_percent_over = Giảm { $percent } cho đơn từ { $min }
follow_to_claim = Theo dõi để nhận
watch_to_claim = Xem { $time } để nhận
voucher_gone = Đã hết lượt
voucher_expired = Hết hạn
voucher_used = Đã dùng
voucher_more = Thêm { $count } mã giảm giá

## Tabs

tab_all = Tất cả
tab_flash = Flash sale
tab_auction = Đấu giá
tab_voucher = Mã giảm giá
tab_recommend = Dành cho bạn

## Atmosphere and shop

lowest_30d = Giá thấp nhất 30 ngày
best_seller = Bán chạy
new_in = Mới
official_shop = Cửa hàng chính hãng
visit_shop = Ghé cửa hàng
featured_now = Đang giới thiệu

## Prices and auctions

from_price = Từ { $price }
current_bid = Giá hiện tại: { $amount }
starting_bid = Giá khởi điểm: { $amount }
auction_sold = Đã bán
auction_unsold = Không bán được
auction_cancelled = Đã hủy
auction_extended = Đã gia hạn
auction_pay_now = Thanh toán ngay
leading = Bạn đang dẫn đầu
surprise_set = Bộ bất ngờ
surprise_rules = Người thắng nhận ngẫu nhiên một món trong bộ. Tỷ lệ của mỗi món được hiển thị và thay đổi khi có món được rút. Không hoàn trả sau khi mua.
