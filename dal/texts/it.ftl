### Italian. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Borsa della spesa
bag_empty = Ancora niente qui
bag_count = { $n ->
    [one] { $count } prodotto
   *[other] { $count } prodotti
}

## Buttons

buy_now = Acquista ora
add_to_cart = Aggiungi al carrello
remind_me = Ricordamelo
bid_now = Fai un’offerta
view = Vedi
claim = Ottieni
claimed = Ottenuto

## Why a button is disabled

sold_out = Esaurito
off_shelf = Non più disponibile
not_deliverable = Non consegnabile nella tua regione
not_started = Non ancora iniziata
sale_ended = Offerta terminata
limit_reached = Limite di acquisto raggiunto
age_restricted = Non disponibile per la tua età
user_restricted = Il tuo account non può acquistare questo prodotto
room_ended = Il LIVE è terminato
ec_banned = Gli acquisti non sono disponibili in questo LIVE
own_product = È un tuo prodotto
app_too_old = Aggiorna l’app per continuare
auction_not_qualified = Completa i tuoi dati per fare un’offerta
cart_full = Il tuo carrello è pieno
unavailable = Non disponibile

## Time

starts_in = Inizia tra { $time }
ends_in = Termina tra { $time }
countdown_dh = { $days } g { $hours } h
countdown_hms = { $hours } h { $minutes } min { $seconds } s
countdown_ms = { $minutes } min { $seconds } s
countdown_s = { $seconds } s

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $n ->
    [one] { $count } venduto
   *[other] { $count } venduti
}
sold_in_live = { $n ->
    [one] { $count } venduto in questo LIVE
   *[other] { $count } venduti in questo LIVE
}
only_n_left = { $n ->
    [one] Solo { $count } rimasto
   *[other] Solo { $count } rimasti
}
almost_gone = Quasi esaurito

## Labels and vouchers

flash_sale = Offerta lampo
free_shipping = Spedizione gratuita
free_gift = Omaggio
cod = Pagamento alla consegna
off_percent = Sconto del { $percent }
off_amount = Sconto di { $amount }
off_over = Sconto di { $amount } oltre { $min }
off_percent_over = Sconto del { $percent } oltre { $min }
follow_to_claim = Segui per ottenere
watch_to_claim = Guarda { $time } per ottenere
voucher_gone = Terminati
voucher_expired = Scaduto
voucher_used = Usato
voucher_more = { $n ->
    [one] { $count } altro buono
   *[other] { $count } altri buoni
}

## Tabs

tab_all = Tutto
tab_flash = Offerte lampo
tab_auction = Aste
tab_voucher = Buoni
tab_recommend = Per te

## Atmosphere and shop

lowest_30d = Prezzo più basso in 30 giorni
best_seller = Più venduto
new_in = Novità
official_shop = Negozio ufficiale
visit_shop = Visita il negozio
featured_now = Presentato ora

## Prices and auctions

from_price = Da { $price }
current_bid = Offerta attuale: { $amount }
starting_bid = Base d’asta: { $amount }
auction_sold = Venduto
auction_unsold = Invenduto
auction_cancelled = Annullata
auction_extended = Tempo prolungato
auction_pay_now = Paga ora
leading = Sei in testa
surprise_set = Set a sorpresa
surprise_rules = Chi vince riceve un articolo del set estratto a sorte. Le probabilità di ogni articolo sono indicate e cambiano a ogni estrazione. L’acquisto è definitivo.
