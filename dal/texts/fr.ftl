### French. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Panier du LIVE
bag_empty = Rien ici pour le moment
bag_count = { $n ->
    [one] { $count } produit
   *[other] { $count } produits
}

## Buttons

buy_now = Acheter
add_to_cart = Ajouter au panier
remind_me = Me le rappeler
bid_now = Enchérir
view = Voir
claim = Obtenir
claimed = Obtenu

## Why a button is disabled

sold_out = Épuisé
off_shelf = Plus disponible
not_deliverable = Non livrable dans votre région
not_started = Pas encore commencé
sale_ended = Offre terminée
limit_reached = Limite d’achat atteinte
age_restricted = Non disponible pour votre âge
user_restricted = Votre compte ne peut pas acheter ce produit
room_ended = Le LIVE est terminé
ec_banned = Les achats ne sont pas disponibles dans ce LIVE
own_product = C’est votre propre produit
app_too_old = Mettez l’application à jour pour continuer
auction_not_qualified = Complétez vos informations pour enchérir
cart_full = Votre panier est plein
unavailable = Non disponible

## Time

starts_in = Commence dans { $time }
ends_in = Se termine dans { $time }
countdown_dh = { $days } j { $hours } h
countdown_hms = { $hours } h { $minutes } min { $seconds } s
countdown_ms = { $minutes } min { $seconds } s
countdown_s = { $seconds } s

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $n ->
    [one] { $count } vendu
   *[other] { $count } vendus
}
sold_in_live = { $n ->
    [one] { $count } vendu pendant ce LIVE
   *[other] { $count } vendus pendant ce LIVE
}
only_n_left = { $n ->
    [one] Plus que { $count } restant
   *[other] Plus que { $count } restants
}
almost_gone = Presque épuisé

## Labels and vouchers

flash_sale = Vente flash
free_shipping = Livraison gratuite
free_gift = Cadeau offert
cod = Paiement à la livraison
off_percent = { $percent } de réduction
off_amount = { $amount } de réduction
off_over = { $amount } de réduction dès { $min }
off_percent_over = { $percent } de réduction dès { $min }
follow_to_claim = Suivre pour obtenir
watch_to_claim = Regarder { $time } pour obtenir
voucher_gone = Tous distribués
voucher_expired = Expiré
voucher_used = Utilisé
voucher_more = { $n ->
    [one] { $count } autre bon
   *[other] { $count } autres bons
}

## Tabs

tab_all = Tout
tab_flash = Ventes flash
tab_auction = Enchères
tab_voucher = Bons
tab_recommend = Pour vous

## Atmosphere and shop

lowest_30d = Prix le plus bas en 30 jours
best_seller = Meilleure vente
new_in = Nouveau
official_shop = Boutique officielle
visit_shop = Voir la boutique
featured_now = Présenté en ce moment

## Prices and auctions

from_price = Dès { $price }
current_bid = Enchère actuelle : { $amount }
starting_bid = Mise à prix : { $amount }
auction_sold = Vendu
auction_unsold = Invendu
auction_cancelled = Annulé
auction_extended = Temps prolongé
auction_pay_now = Payer
leading = Vous menez l’enchère
surprise_set = Lot surprise
surprise_rules = Le gagnant reçoit un article du lot, tiré au sort. Les chances de chaque article sont affichées et changent à chaque tirage. L’achat est définitif.
