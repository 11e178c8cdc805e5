### Malay. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Beg beli-belah
bag_empty = Belum ada apa-apa di sini
bag_count = { $count } produk

## Buttons

buy_now = Beli sekarang
add_to_cart = Tambah ke troli
remind_me = Ingatkan saya
bid_now = Bida sekarang
view = Lihat
claim = Tuntut
claimed = Telah dituntut

## Why a button is disabled

sold_out = Habis dijual
off_shelf = Tidak lagi dijual
not_deliverable = Tidak dapat dihantar ke kawasan anda
not_started = Belum bermula
sale_ended = Jualan tamat
limit_reached = Had pembelian dicapai
age_restricted = Tidak tersedia untuk umur anda
user_restricted = Akaun anda tidak boleh membeli produk ini
room_ended = LIVE telah tamat
ec_banned = Beli-belah tidak tersedia dalam LIVE ini
own_product = Ini produk anda sendiri
app_too_old = Kemas kini aplikasi untuk meneruskan
auction_not_qualified = Lengkapkan butiran anda untuk membida
cart_full = Troli anda penuh
unavailable = Tidak tersedia

## Time

starts_in = Bermula dalam { $time }
ends_in = Tamat dalam { $time }
countdown_dh = { $days } hari { $hours } jam
countdown_hms = { $hours } jam { $minutes } min { $seconds } saat
countdown_ms = { $minutes } min { $seconds } saat
countdown_s = { $seconds } saat

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $count } terjual
sold_in_live = { $count } terjual dalam LIVE ini
only_n_left = Tinggal { $count } sahaja
almost_gone = Hampir habis

## Labels and vouchers

flash_sale = Jualan kilat
free_shipping = Penghantaran percuma
free_gift = Hadiah percuma
cod = Bayar semasa terima
off_percent = Diskaun { $percent }
off_amount = Diskaun { $amount }
off_over = Diskaun { $amount } untuk belian melebihi { $min }
off_percent_over = Diskaun { $percent } untuk belian melebihi { $min }
follow_to_claim = Ikuti untuk tuntut
watch_to_claim = Tonton { $time } untuk tuntut
voucher_gone = Habis dituntut
voucher_expired = Tamat tempoh
voucher_used = Telah digunakan
voucher_more = { $count } baucar lagi

## Tabs

tab_all = Semua
tab_flash = Jualan kilat
tab_auction = Lelong
tab_voucher = Baucar
tab_recommend = Untuk anda

## Atmosphere and shop

lowest_30d = Harga terendah dalam 30 hari
best_seller = Paling laris
new_in = Baharu
official_shop = Kedai rasmi
visit_shop = Lawati kedai
featured_now = Sedang dipaparkan

## Prices and auctions

from_price = Dari { $price }
current_bid = Bidaan semasa: { $amount }
starting_bid = Bidaan permulaan: { $amount }
auction_sold = Terjual
auction_unsold = Tidak terjual
auction_cancelled = Dibatalkan
auction_extended = Masa dilanjutkan
auction_pay_now = Bayar sekarang
leading = Anda mendahului
surprise_set = Set kejutan
surprise_rules = Pemenang menerima satu barang daripada set ini secara rawak. Kebarangkalian setiap barang ditunjukkan dan berubah apabila barang diambil. Jualan adalah muktamad.
