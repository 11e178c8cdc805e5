### German. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Einkaufstasche
bag_empty = Noch nichts hier
bag_count = { $n ->
    [one] { $count } Produkt
   *[other] { $count } Produkte
}

## Buttons

buy_now = Jetzt kaufen
add_to_cart = In den Warenkorb
remind_me = Erinnern
bid_now = Jetzt bieten
view = Ansehen
claim = Sichern
claimed = Gesichert

## Why a button is disabled

sold_out = Ausverkauft
off_shelf = Nicht mehr verfügbar
not_deliverable = Keine Lieferung in deine Region
not_started = Noch nicht gestartet
sale_ended = Angebot beendet
limit_reached = Kauflimit erreicht
age_restricted = Für dein Alter nicht verfügbar
user_restricted = Dein Konto kann dies nicht kaufen
room_ended = Das LIVE ist beendet
ec_banned = In diesem LIVE kann nicht eingekauft werden
own_product = Das ist dein eigenes Produkt
app_too_old = Aktualisiere die App, um fortzufahren
auction_not_qualified = Vervollständige deine Angaben, um zu bieten
cart_full = Dein Warenkorb ist voll
unavailable = Nicht verfügbar

## Time

starts_in = Startet in { $time }
ends_in = Endet in { $time }
countdown_dh = { $days } T. { $hours } Std.
countdown_hms = { $hours } Std. { $minutes } Min. { $seconds } Sek.
countdown_ms = { $minutes } Min. { $seconds } Sek.
countdown_s = { $seconds } Sek.

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $count } verkauft
sold_in_live = { $count } in diesem LIVE verkauft
only_n_left = Nur noch { $count } übrig
almost_gone = Fast weg

## Labels and vouchers

flash_sale = Blitzangebot
free_shipping = Kostenloser Versand
free_gift = Gratisgeschenk
cod = Nachnahme
off_percent = { $percent } Rabatt
off_amount = { $amount } Rabatt
off_over = { $amount } Rabatt ab { $min }
off_percent_over = { $percent } Rabatt ab { $min }
follow_to_claim = Folgen und sichern
watch_to_claim = { $time } ansehen und sichern
voucher_gone = Vergriffen
voucher_expired = Abgelaufen
voucher_used = Eingelöst
voucher_more = { $n ->
    [one] { $count } weiterer Gutschein
   *[other] { $count } weitere Gutscheine
}

## Tabs

tab_all = Alle
tab_flash = Blitzangebote
tab_auction = Auktionen
tab_voucher = Gutscheine
tab_recommend = Für dich

## Atmosphere and shop

lowest_30d = Tiefster Preis in 30 Tagen
best_seller = Bestseller
new_in = Neu
official_shop = Offizieller Shop
visit_shop = Zum Shop
featured_now = Jetzt vorgestellt

## Prices and auctions

from_price = Ab { $price }
current_bid = Aktuelles Gebot: { $amount }
starting_bid = Startgebot: { $amount }
auction_sold = Verkauft
auction_unsold = Nicht verkauft
auction_cancelled = Abgebrochen
auction_extended = Zeit verlängert
auction_pay_now = Jetzt bezahlen
leading = Du führst
surprise_set = Überraschungsset
surprise_rules = Wer gewinnt, erhält einen zufällig gezogenen Artikel aus dem Set. Die Chance jedes Artikels wird angezeigt und ändert sich mit jeder Ziehung. Der Kauf ist verbindlich.
