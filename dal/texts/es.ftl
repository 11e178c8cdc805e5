### Spanish. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = Bolsa de compras
bag_empty = Aún no hay nada aquí
bag_count = { $n ->
    [one] { $count } producto
   *[other] { $count } productos
}

## Buttons

buy_now = Comprar ahora
add_to_cart = Añadir al carrito
remind_me = Recordármelo
bid_now = Pujar
view = Ver
claim = Obtener
claimed = Obtenido

## Why a button is disabled

sold_out = Agotado
off_shelf = Ya no está disponible
not_deliverable = Sin envío a tu región
not_started = Aún no ha empezado
sale_ended = Oferta terminada
limit_reached = Límite de compra alcanzado
age_restricted = No disponible para tu edad
user_restricted = Tu cuenta no puede comprar este producto
room_ended = El LIVE ha terminado
ec_banned = Las compras no están disponibles en este LIVE
own_product = Es tu propio producto
app_too_old = Actualiza la aplicación para continuar
auction_not_qualified = Completa tus datos para pujar
cart_full = Tu carrito está lleno
unavailable = No disponible

## Time

starts_in = Empieza en { $time }
ends_in = Termina en { $time }
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
    [one] { $count } vendido en este LIVE
   *[other] { $count } vendidos en este LIVE
}
only_n_left = { $n ->
    [one] Solo queda { $count }
   *[other] Solo quedan { $count }
}
almost_gone = Casi agotado

## Labels and vouchers

flash_sale = Oferta flash
free_shipping = Envío gratis
free_gift = Regalo gratis
cod = Pago contra reembolso
off_percent = { $percent } de descuento
off_amount = { $amount } de descuento
off_over = { $amount } de descuento desde { $min }
off_percent_over = { $percent } de descuento desde { $min }
follow_to_claim = Sigue para obtenerlo
watch_to_claim = Mira { $time } para obtenerlo
voucher_gone = Todos obtenidos
voucher_expired = Caducado
voucher_used = Usado
voucher_more = { $n ->
    [one] { $count } cupón más
   *[other] { $count } cupones más
}

## Tabs

tab_all = Todo
tab_flash = Ofertas flash
tab_auction = Subastas
tab_voucher = Cupones
tab_recommend = Para ti

## Atmosphere and shop

lowest_30d = Precio más bajo en 30 días
best_seller = Más vendido
new_in = Nuevo
official_shop = Tienda oficial
visit_shop = Visitar tienda
featured_now = En pantalla ahora

## Prices and auctions

from_price = Desde { $price }
current_bid = Puja actual: { $amount }
starting_bid = Puja inicial: { $amount }
auction_sold = Vendido
auction_unsold = Sin vender
auction_cancelled = Cancelada
auction_extended = Tiempo ampliado
auction_pay_now = Pagar ahora
leading = Vas ganando
surprise_set = Set sorpresa
surprise_rules = Quien gana recibe un artículo del set elegido al azar. La probabilidad de cada artículo se muestra y cambia con cada sorteo. La compra es definitiva.
