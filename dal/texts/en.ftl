### English. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Shopping bag
bag_empty = Nothing here yet
bag_count = { $n ->
    [one] { $count } product
   *[other] { $count } products
}

## Buttons

buy_now = Buy now
add_to_cart = Add to cart
remind_me = Remind me
bid_now = Bid now
view = View
claim = Claim
claimed = Claimed

## Why a button is disabled

sold_out = Sold out
off_shelf = No longer available
not_deliverable = Not deliverable to your region
not_started = Not started yet
sale_ended = Sale ended
limit_reached = Purchase limit reached
age_restricted = Not available for your age
user_restricted = Your account cannot buy this
room_ended = The LIVE has ended
ec_banned = Shopping is not available in this LIVE
own_product = This is your own product
app_too_old = Update the app to continue
auction_not_qualified = Complete your details to bid
cart_full = Your cart is full
unavailable = Not available

## Time

starts_in = Starts in { $time }
ends_in = Ends in { $time }
countdown_dh = { $days }d { $hours }h
countdown_hms = { $hours }h { $minutes }m { $seconds }s
countdown_ms = { $minutes }m { $seconds }s
countdown_s = { $seconds }s

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $count } sold
sold_in_live = { $count } sold in this LIVE
only_n_left = Only { $count } left
almost_gone = Almost gone

## Labels and vouchers

flash_sale = Flash sale
free_shipping = Free shipping
free_gift = Free gift
cod = Cash on delivery
off_percent = { $percent } off
off_amount = { $amount } off
off_over = { $amount } off over { $min }
off_percent_over = { $percent } off over { $min }
follow_to_claim = Follow to claim
watch_to_claim = Watch { $time } to claim
voucher_gone = All claimed
voucher_expired = Expired
voucher_used = Used
voucher_more = { $n ->
    [one] { $count } more voucher
   *[other] { $count } more vouchers
}

## Tabs

tab_all = All
tab_flash = Flash sale
tab_auction = Auctions
tab_voucher = Vouchers
tab_recommend = For you

## Atmosphere and shop

lowest_30d = Lowest price in 30 days
best_seller = Best seller
new_in = New
official_shop = Official shop
visit_shop = Visit shop
featured_now = Featured now

## Prices and auctions

from_price = From { $price }
current_bid = Current bid: { $amount }
starting_bid = Starting bid: { $amount }
auction_sold = Sold
auction_unsold = Unsold
auction_cancelled = Cancelled
auction_extended = Time extended
auction_pay_now = Pay now
leading = You are leading
surprise_set = Surprise set
surprise_rules = The winner gets one item of the set, drawn at random. The odds of each item are shown and change as items are drawn. Sales are final.
