### Chinese, simplified. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = 购物袋
bag_empty = 暂时没有商品
bag_count = { $count } 件商品

## Buttons

buy_now = 立即购买
add_to_cart = 加入购物车
remind_me = 提醒我
bid_now = 立即出价
view = 查看
claim = 领取
claimed = 已领取

## Why a button is disabled

sold_out = 已售罄
off_shelf = 已下架
not_deliverable = 无法配送至您所在的地区
not_started = 尚未开始
sale_ended = 活动已结束
limit_reached = 已达购买上限
age_restricted = 您的年龄无法购买
user_restricted = 您的账号无法购买此商品
room_ended = 直播已结束
ec_banned = 该直播间无法购物
own_product = 这是您自己的商品
app_too_old = 请更新应用后继续
auction_not_qualified = 请完善信息后出价
cart_full = 购物车已满
unavailable = 暂不可购买

## Time

starts_in = { $time }后开始
ends_in = { $time }后结束
countdown_dh = { $days }天{ $hours }小时
countdown_hms = { $hours }小时{ $minutes }分{ $seconds }秒
countdown_ms = { $minutes }分{ $seconds }秒
countdown_s = { $seconds }秒

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = 已售 { $count }
sold_in_live = 本场直播已售 { $count }
only_n_left = 仅剩 { $count } 件
almost_gone = 即将售罄

## Labels and vouchers

flash_sale = 限时秒杀
free_shipping = 免运费
free_gift = 赠品
cod = 货到付款
off_percent = 优惠 { $percent }
off_amount = 立减 { $amount }
off_over = 满 { $min } 减 { $amount }
off_percent_over = 满 { $min } 优惠 { $percent }
follow_to_claim = 关注后领取
watch_to_claim = 观看{ $time }后领取
voucher_gone = 已领完
voucher_expired = 已过期
voucher_used = 已使用
voucher_more = 还有 { $count } 张优惠券

## Tabs

tab_all = 全部
tab_flash = 限时秒杀
tab_auction = 拍卖
tab_voucher = 优惠券
tab_recommend = 为您推荐

## Atmosphere and shop

lowest_30d = 30 天最低价
best_seller = 热销
new_in = 新品
official_shop = 官方店铺
visit_shop = 进店逛逛
featured_now = 正在讲解

## Prices and auctions

from_price = { $price } 起
current_bid = 当前出价：{ $amount }
starting_bid = 起拍价：{ $amount }
auction_sold = 已成交
auction_unsold = 流拍
auction_cancelled = 已取消
auction_extended = 时间已延长
auction_pay_now = 立即付款
leading = 您目前领先
surprise_set = 惊喜套装
surprise_rules = 获胜者将随机获得套装中的一件商品。每件商品的概率均已公示，并随商品抽出而变化。成交后不可退换。
