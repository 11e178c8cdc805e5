### Indonesian. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Keranjang belanja
bag_empty = Belum ada apa-apa di sini
bag_count = { $count } produk

## Buttons

buy_now = Beli sekarang
add_to_cart = Tambah ke keranjang
remind_me = Ingatkan saya
bid_now = Tawar sekarang
view = Lihat
claim = Klaim
claimed = Sudah diklaim

## Why a button is disabled

sold_out = Habis terjual
off_shelf = Tidak tersedia lagi
not_deliverable = Tidak dapat dikirim ke wilayahmu
not_started = Belum dimulai
sale_ended = Promo berakhir
limit_reached = Batas pembelian tercapai
age_restricted = Tidak tersedia untuk usiamu
user_restricted = Akunmu tidak dapat membeli produk ini
room_ended = LIVE telah berakhir
ec_banned = Belanja tidak tersedia di LIVE ini
own_product = Ini produkmu sendiri
app_too_old = Perbarui aplikasi untuk melanjutkan
auction_not_qualified = Lengkapi datamu untuk menawar
cart_full = Keranjangmu penuh
unavailable = Tidak tersedia

## Time

starts_in = Mulai dalam { $time }
ends_in = Berakhir dalam { $time }
countdown_dh = { $days } hr { $hours } jam
countdown_hms = { $hours } jam { $minutes } mnt { $seconds } dtk
countdown_ms = { $minutes } mnt { $seconds } dtk
countdown_s = { $seconds } dtk

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $count } terjual
sold_in_live = { $count } terjual di LIVE ini
only_n_left = Tersisa { $count }
almost_gone = Hampir habis

## Labels and vouchers

flash_sale = Flash sale
free_shipping = Gratis ongkir
free_gift = Hadiah gratis
cod = Bayar di tempat
off_percent = Diskon { $percent }
off_amount = Diskon { $amount }
off_over = Diskon { $amount } min. belanja { $min }
off_percent_over = Diskon { $percent } min. belanja { $min }
follow_to_claim = Ikuti untuk klaim
watch_to_claim = Tonton { $time } untuk klaim
voucher_gone = Sudah habis diklaim
voucher_expired = Kedaluwarsa
voucher_used = Sudah dipakai
voucher_more = { $count } voucher lagi

## Tabs

tab_all = Semua
tab_flash = Flash sale
tab_auction = Lelang
tab_voucher = Voucher
tab_recommend = Untukmu

## Atmosphere and shop

lowest_30d = Harga terendah 30 hari
best_seller = Terlaris
new_in = Baru
official_shop = Toko resmi
visit_shop = Kunjungi toko
featured_now = Sedang ditampilkan

## Prices and auctions

from_price = Mulai { $price }
current_bid = Tawaran saat ini: { $amount }
starting_bid = Tawaran awal: { $amount }
auction_sold = Terjual
auction_unsold = Tidak terjual
auction_cancelled = Dibatalkan
auction_extended = Waktu diperpanjang
auction_pay_now = Bayar sekarang
leading = Tawaranmu tertinggi
surprise_set = Set kejutan
surprise_rules = Pemenang mendapat satu barang dari set ini secara acak. Peluang setiap barang ditampilkan dan berubah saat barang terambil. Pembelian bersifat final.
