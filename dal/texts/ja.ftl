### Japanese. Keys are those of `Text`; a key that is missing here is taken from English.

## The bag

bag_title = ショッピングバッグ
bag_empty = まだ商品がありません
bag_count = { $count }点の商品

## Buttons

buy_now = 今すぐ購入
add_to_cart = カートに入れる
remind_me = リマインド
bid_now = 今すぐ入札
view = 見る
claim = 受け取る
claimed = 受け取り済み

## Why a button is disabled

sold_out = 売り切れ
off_shelf = 販売終了
not_deliverable = お住まいの地域には配送できません
not_started = 開始前
sale_ended = セール終了
limit_reached = 購入上限に達しました
age_restricted = 年齢制限により購入できません
user_restricted = このアカウントでは購入できません
room_ended = LIVEは終了しました
ec_banned = このLIVEではショッピングを利用できません
own_product = ご自身の商品です
app_too_old = 続けるにはアプリを更新してください
auction_not_qualified = 入札には情報の登録が必要です
cart_full = カートがいっぱいです
unavailable = 購入できません

## Time

starts_in = 開始まで{ $time }
ends_in = 終了まで{ $time }
countdown_dh = { $days }日{ $hours }時間
countdown_hms = { $hours }時間{ $minutes }分{ $seconds }秒
countdown_ms = { $minutes }分{ $seconds }秒
countdown_s = { $seconds }秒

## Units: $n chooses the plural, $count is the number as the locale writes it

sold_n = { $count }点販売済み
sold_in_live = このLIVEで{ $count }点販売
only_n_left = 残り{ $count }点
almost_gone = 残りわずか

## Labels and vouchers

flash_sale = タイムセール
free_shipping = 送料無料
free_gift = プレゼント付き
cod = 代金引換
off_percent = { $percent }オフ
off_amount = { $amount }オフ
off_over = { $min }以上で{ $amount }オフ
off_percent_over = { $min }以上で{ $percent }オフ
follow_to_claim = フォローして受け取る
watch_to_claim = { $time }視聴して受け取る
voucher_gone = 配布終了
voucher_expired = 期限切れ
voucher_used = 使用済み
voucher_more = ほか{ $count }枚のクーポン

## Tabs

tab_all = すべて
tab_flash = タイムセール
tab_auction = オークション
tab_voucher = クーポン
tab_recommend = おすすめ

## Atmosphere and shop

lowest_30d = 30日間の最安値
best_seller = ベストセラー
new_in = 新着
official_shop = 公式ショップ
visit_shop = ショップを見る
featured_now = 紹介中

## Prices and auctions

from_price = { $price }から
current_bid = 現在の入札額：{ $amount }
starting_bid = 開始価格：{ $amount }
auction_sold = 落札済み
auction_unsold = 落札なし
auction_cancelled = キャンセル
auction_extended = 時間延長
auction_pay_now = 今すぐ支払う
leading = あなたが最高入札者です
surprise_set = サプライズセット
surprise_rules = 落札者にはセットの中から1点が抽選で当たります。各商品の確率は表示されており、抽選のたびに変わります。落札後のキャンセルはできません。
