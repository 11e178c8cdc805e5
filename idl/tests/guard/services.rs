//! All thirteen services: their IDL, their table, and the decoders behind the guard.

use live_pack_idl::{guard, schema::Schema};
use metainfo::{METAINFO, MetaInfo};
use pilota::{
    Bytes, LinkedBytes,
    thrift::{TMessageType, ThriftException},
};
use volo::context::{Role, RpcInfo};
use volo_thrift::{
    EntryMessage,
    codec::default::{
        ZeroCopyDecoder as _, ZeroCopyEncoder as _, framed::FramedDecoder, framed::FramedEncoder, thrift::ThriftCodec,
        ttheader::TTHeaderDecoder,
    },
    context::{ClientContext, ServerContext, ThriftContext},
};

/// Decodes with the unchanged volo and pilota, then encodes again, framed.
pub(crate) type Stock = fn(Vec<u8>) -> Result<Vec<u8>, ThriftException>;

/// One service.
pub(crate) struct Service {
    pub(crate) table: &'static guard::Service,
    pub(crate) schema: Schema,
    /// For calls.
    pub(crate) request: Stock,
    /// For replies.
    pub(crate) response: Stock,
}

fn request<Msg: EntryMessage>(bytes: Vec<u8>) -> Result<Vec<u8>, ThriftException> {
    stock::<Msg>(ServerContext::default(), bytes)
}

fn response<Msg: EntryMessage>(bytes: Vec<u8>) -> Result<Vec<u8>, ThriftException> {
    stock::<Msg>(ClientContext::new(1, RpcInfo::with_role(Role::Client), TMessageType::Call), bytes)
}

fn stock<Msg: EntryMessage>(mut cx: impl ThriftContext, bytes: Vec<u8>) -> Result<Vec<u8>, ThriftException> {
    METAINFO.sync_scope(std::cell::RefCell::new(MetaInfo::default()), || {
        let mut decoder = TTHeaderDecoder::new(FramedDecoder::new(ThriftCodec::default(), i32::MAX));
        let message = decoder.decode::<Msg, _>(&mut cx, &mut Bytes::from(bytes))?.unwrap();
        let mut encoder = FramedEncoder::new(ThriftCodec::default(), i32::MAX);
        let mut out = LinkedBytes::new();
        encoder.size(&mut cx, &message)?;
        encoder.encode(&mut cx, &mut out, message)?;
        Ok(out.concat().to_vec())
    })
}

macro_rules! service {
    ($module:ident, $table:ident, $request:ident, $response:ident) => {
        Service {
            table: guard::services::$table,
            schema: Schema::service(stringify!($module)).unwrap().unwrap(),
            request: request::<live_pack_idl::$module::$request>,
            response: response::<live_pack_idl::$module::$response>,
        }
    };
}

/// All services, Live Pack first.
#[rustfmt::skip]
pub(crate) fn all() -> Vec<Service> {
    vec![
        service!(live_pack, LIVE_PACK, LivePackServiceRequestRecv, LivePackServiceResponseRecv),
        service!(product_relation, PRODUCT_RELATION, ProductRelationServiceRequestRecv, ProductRelationServiceResponseRecv),
        service!(product_model, PRODUCT_MODEL, ProductModelServiceRequestRecv, ProductModelServiceResponseRecv),
        service!(product_detail, PRODUCT_DETAIL, ProductDetailServiceRequestRecv, ProductDetailServiceResponseRecv),
        service!(product_price, PRODUCT_PRICE, ProductPriceServiceRequestRecv, ProductPriceServiceResponseRecv),
        service!(promotion_renderer, PROMOTION_RENDERER, PromotionRendererServiceRequestRecv, PromotionRendererServiceResponseRecv),
        service!(promotion_delivery, PROMOTION_DELIVERY, PromotionDeliveryServiceRequestRecv, PromotionDeliveryServiceResponseRecv),
        service!(auction, AUCTION, AuctionServiceRequestRecv, AuctionServiceResponseRecv),
        service!(cart, CART, CartServiceRequestRecv, CartServiceResponseRecv),
        service!(trade_chain, TRADE_CHAIN, TradeChainServiceRequestRecv, TradeChainServiceResponseRecv),
        service!(live_creator, LIVE_CREATOR, LiveCreatorServiceRequestRecv, LiveCreatorServiceResponseRecv),
        service!(live_data, LIVE_DATA, LiveDataServiceRequestRecv, LiveDataServiceResponseRecv),
        service!(seller_core, SELLER_CORE, SellerCoreServiceRequestRecv, SellerCoreServiceResponseRecv),
    ]
}
