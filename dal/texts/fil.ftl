### Filipino. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Shopping bag
bag_empty = Wala pang laman dito
bag_count = { $n ->
    [one] { $count } produkto
   *[other] { $count } na produkto
}

## Buttons

buy_now = Bilhin ngayon
add_to_cart = Idagdag sa cart
remind_me = Paalalahanan ako
bid_now = Mag-bid ngayon
view = Tingnan
claim = Kunin
claimed = Nakuha na

## Why a button is disabled

sold_out = Ubos na
off_shelf = Hindi na available
not_deliverable = Hindi maihahatid sa iyong rehiyon
not_started = Hindi pa nagsisimula
sale_ended = Tapos na ang sale
limit_reached = Naabot na ang limitasyon sa pagbili
age_restricted = Hindi available para sa iyong edad
user_restricted = Hindi ito mabibili ng iyong account
room_ended = Tapos na ang LIVE
ec_banned = Hindi available ang pamimili sa LIVE na ito
own_product = Sarili mong produkto ito
app_too_old = I-update ang app para magpatuloy
auction_not_qualified = Kumpletuhin ang iyong detalye para mag-bid
cart_full = Puno na ang iyong cart
unavailable = Hindi available

## Time

starts_in = Magsisimula sa { $time }
ends_in = Matatapos sa { $time }
countdown_dh = { $days } araw { $hours } oras
countdown_hms = { $hours } oras { $minutes } min { $seconds } seg
countdown_ms = { $minutes } min { $seconds } seg
countdown_s = { $seconds } seg

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $n ->
    [one] { $count } nabenta
   *[other] { $count } na nabenta
}
sold_in_live = { $n ->
    [one] { $count } nabenta sa LIVE na ito
   *[other] { $count } na nabenta sa LIVE na ito
}
only_n_left = { $n ->
    [one] { $count } na lang ang natitira
   *[other] { $count } na lang ang natitira
}
almost_gone = Malapit nang maubos

## Labels and vouchers

flash_sale = Flash sale
free_shipping = Libreng shipping
free_gift = Libreng regalo
cod = Cash on delivery
off_percent = { $percent } na diskuwento
off_amount = { $amount } na diskuwento
off_over = { $amount } na diskuwento kapag lampas { $min }
off_percent_over = { $percent } na diskuwento kapag lampas { $min }
follow_to_claim = Mag-follow para makuha
watch_to_claim = Manood nang { $time } para makuha
voucher_gone = Nakuha na lahat
voucher_expired = Nag-expire na
voucher_used = Nagamit na
voucher_more = { $n ->
    [one] { $count } pang voucher
   *[other] { $count } pang voucher
}

## Tabs

tab_all = Lahat
tab_flash = Flash sale
tab_auction = Mga auction
tab_voucher = Mga voucher
tab_recommend = Para sa iyo

## Atmosphere and shop

lowest_30d = Pinakamababang presyo sa 30 araw
best_seller = Pinakamabenta
new_in = Bago
official_shop = Opisyal na shop
visit_shop = Bisitahin ang shop
featured_now = Ipinapakita ngayon

## Prices and auctions

from_price = Mula { $price }
current_bid = Kasalukuyang bid: { $amount }
starting_bid = Panimulang bid: { $amount }
auction_sold = Nabenta
auction_unsold = Hindi nabenta
auction_cancelled = Kinansela
auction_extended = Pinahaba ang oras
auction_pay_now = Magbayad ngayon
leading = Ikaw ang nangunguna
surprise_set = Surprise set
surprise_rules = Makakakuha ang mananalo ng isang item mula sa set na pinili nang random. Ipinapakita ang tsansa ng bawat item at nagbabago ito habang nakukuha ang mga item. Pinal ang bawat benta.
