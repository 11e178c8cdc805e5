### Chinese, traditional. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = 購物袋
bag_empty = 目前沒有商品
bag_count = { $count } 件商品

## Buttons

buy_now = 立即購買
add_to_cart = 加入購物車
remind_me = 提醒我
bid_now = 立即出價
view = 查看
claim = 領取
claimed = 已領取

## Why a button is disabled

sold_out = 已售完
off_shelf = 已下架
not_deliverable = 無法配送至您所在的地區
not_started = 尚未開始
sale_ended = 活動已結束
limit_reached = 已達購買上限
age_restricted = 您的年齡無法購買
user_restricted = 您的帳號無法購買此商品
room_ended = 直播已結束
ec_banned = 此直播間無法購物
own_product = 這是您自己的商品
app_too_old = 請更新應用程式後繼續
auction_not_qualified = 請完善資料後出價
cart_full = 購物車已滿
unavailable = 暫時無法購買

## Time

starts_in = { $time }後開始
ends_in = { $time }後結束
countdown_dh = { $days }天{ $hours }小時
countdown_hms = { $hours }小時{ $minutes }分{ $seconds }秒
countdown_ms = { $minutes }分{ $seconds }秒
countdown_s = { $seconds }秒

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = 已售 { $count }
sold_in_live = 本場直播已售 { $count }
only_n_left = 僅剩 { $count } 件
almost_gone = 即將售完

## Labels and vouchers

flash_sale = 限時搶購
free_shipping = 免運費
free_gift = 贈品
cod = 貨到付款
off_percent = 折抵 { $percent }
off_amount = 現折 { $amount }
off_over = 滿 { $min } 折 { $amount }
off_percent_over = 滿 { $min } 折抵 { $percent }
follow_to_claim = 追蹤後領取
watch_to_claim = 觀看{ $time }後領取
voucher_gone = 已領完
voucher_expired = 已過期
voucher_used = 已使用
voucher_more = 還有 { $count } 張優惠券

## Tabs

tab_all = 全部
tab_flash = 限時搶購
tab_auction = 拍賣
tab_voucher = 優惠券
tab_recommend = 為您推薦

## Atmosphere and shop

lowest_30d = 30 天最低價
best_seller = 熱銷
new_in = 新品
official_shop = 官方商店
visit_shop = 逛逛商店
featured_now = 正在講解

## Prices and auctions

from_price = { $price } 起
current_bid = 目前出價：{ $amount }
starting_bid = 起標價：{ $amount }
auction_sold = 已成交
auction_unsold = 流標
auction_cancelled = 已取消
auction_extended = 時間已延長
auction_pay_now = 立即付款
leading = 您目前領先
surprise_set = 驚喜組合
surprise_rules = 得標者將隨機獲得組合中的一件商品。每件商品的機率均已公開，並隨商品抽出而變化。成交後恕不退換。
