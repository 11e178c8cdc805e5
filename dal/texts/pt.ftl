### Portuguese. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Sacola de compras
bag_empty = Ainda não há nada aqui
bag_count = { $n ->
    [one] { $count } produto
   *[other] { $count } produtos
}

## Buttons

buy_now = Comprar agora
add_to_cart = Adicionar ao carrinho
remind_me = Lembrar-me
bid_now = Dar lance
view = Ver
claim = Resgatar
claimed = Resgatado

## Why a button is disabled

sold_out = Esgotado
off_shelf = Não está mais disponível
not_deliverable = Não entregamos na sua região
not_started = Ainda não começou
sale_ended = Oferta encerrada
limit_reached = Limite de compra atingido
age_restricted = Não disponível para a sua idade
user_restricted = A sua conta não pode comprar este produto
room_ended = A LIVE terminou
ec_banned = As compras não estão disponíveis nesta LIVE
own_product = Este produto é seu
app_too_old = Atualize o app para continuar
auction_not_qualified = Complete os seus dados para dar lances
cart_full = O seu carrinho está cheio
unavailable = Não disponível

## Time

starts_in = Começa em { $time }
ends_in = Termina em { $time }
countdown_dh = { $days } d { $hours } h
countdown_hms = { $hours } h { $minutes } min { $seconds } s
countdown_ms = { $minutes } min { $seconds } s
countdown_s = { $seconds } s

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $n ->
    [one] { $count } vendido
   *[other] { $count } vendidos
}
sold_in_live = { $n ->
    [one] { $count } vendido nesta LIVE
   *[other] { $count } vendidos nesta LIVE
}
only_n_left = { $n ->
    [one] Resta só { $count }
   *[other] Restam só { $count }
}
almost_gone = Quase esgotado

## Labels and vouchers

flash_sale = Oferta relâmpago
free_shipping = Frete grátis
free_gift = Brinde
cod = Pagamento na entrega
off_percent = { $percent } de desconto
off_amount = { $amount } de desconto
off_over = { $amount } de desconto acima de { $min }
off_percent_over = { $percent } de desconto acima de { $min }
follow_to_claim = Siga para resgatar
watch_to_claim = Assista { $time } para resgatar
voucher_gone = Todos resgatados
voucher_expired = Expirado
voucher_used = Usado
voucher_more = { $n ->
    [one] Mais { $count } cupom
   *[other] Mais { $count } cupons
}

## Tabs

tab_all = Tudo
tab_flash = Ofertas relâmpago
tab_auction = Leilões
tab_voucher = Cupons
tab_recommend = Para você

## Atmosphere and shop

lowest_30d = Menor preço em 30 dias
best_seller = Mais vendido
new_in = Novo
official_shop = Loja oficial
visit_shop = Visitar loja
featured_now = Em destaque agora

## Prices and auctions

from_price = A partir de { $price }
current_bid = Lance atual: { $amount }
starting_bid = Lance inicial: { $amount }
auction_sold = Vendido
auction_unsold = Não vendido
auction_cancelled = Cancelado
auction_extended = Tempo prorrogado
auction_pay_now = Pagar agora
leading = Você está na frente
surprise_set = Conjunto surpresa
surprise_rules = Quem vence recebe um item do conjunto, sorteado ao acaso. As chances de cada item são mostradas e mudam a cada sorteio. A compra é definitiva.
