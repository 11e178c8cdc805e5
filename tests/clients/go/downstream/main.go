// The twelve downstream services as a team on Kitex serves them, each typed, each answering what the commerce world answers.
package main

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"strings"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/endpoint"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/transport"

	"livepack.test/clients/kitex_gen/auction"
	"livepack.test/clients/kitex_gen/auction/auctionservice"
	"livepack.test/clients/kitex_gen/cart"
	"livepack.test/clients/kitex_gen/cart/cartservice"
	"livepack.test/clients/kitex_gen/live_creator"
	"livepack.test/clients/kitex_gen/live_creator/livecreatorservice"
	"livepack.test/clients/kitex_gen/live_data"
	"livepack.test/clients/kitex_gen/live_data/livedataservice"
	"livepack.test/clients/kitex_gen/product_detail"
	"livepack.test/clients/kitex_gen/product_detail/productdetailservice"
	"livepack.test/clients/kitex_gen/product_model"
	"livepack.test/clients/kitex_gen/product_model/productmodelservice"
	"livepack.test/clients/kitex_gen/product_price"
	"livepack.test/clients/kitex_gen/product_price/productpriceservice"
	"livepack.test/clients/kitex_gen/product_relation"
	"livepack.test/clients/kitex_gen/product_relation/productrelationservice"
	"livepack.test/clients/kitex_gen/promotion_delivery"
	"livepack.test/clients/kitex_gen/promotion_delivery/promotiondeliveryservice"
	"livepack.test/clients/kitex_gen/promotion_renderer"
	"livepack.test/clients/kitex_gen/promotion_renderer/promotionrendererservice"
	"livepack.test/clients/kitex_gen/seller_core"
	"livepack.test/clients/kitex_gen/seller_core/sellercoreservice"
	"livepack.test/clients/kitex_gen/trade_chain"
	"livepack.test/clients/kitex_gen/trade_chain/tradechainservice"
)

type productRelationServer struct{ world productrelationservice.Client }

func (s *productRelationServer) GetRoomProducts(ctx context.Context, req *product_relation.GetRoomProductsRequest) (*product_relation.GetRoomProductsResponse, error) {
	return s.world.GetRoomProducts(ctx, req)
}

func (s *productRelationServer) MGetPinned(ctx context.Context, req *product_relation.MGetPinnedRequest) (*product_relation.MGetPinnedResponse, error) {
	return s.world.MGetPinned(ctx, req)
}

func (s *productRelationServer) MGetBagSummary(ctx context.Context, req *product_relation.MGetBagSummaryRequest) (*product_relation.MGetBagSummaryResponse, error) {
	return s.world.MGetBagSummary(ctx, req)
}

func (s *productRelationServer) MGetRoomProductRelation(ctx context.Context, req *product_relation.MGetRoomProductRelationRequest) (*product_relation.MGetRoomProductRelationResponse, error) {
	return s.world.MGetRoomProductRelation(ctx, req)
}

func (s *productRelationServer) GetShowcase(ctx context.Context, req *product_relation.GetShowcaseRequest) (*product_relation.GetShowcaseResponse, error) {
	return s.world.GetShowcase(ctx, req)
}

type productModelServer struct{ world productmodelservice.Client }

func (s *productModelServer) MGetProductLite(ctx context.Context, req *product_model.MGetProductLiteRequest) (*product_model.MGetProductLiteResponse, error) {
	return s.world.MGetProductLite(ctx, req)
}

func (s *productModelServer) MGetProductModel(ctx context.Context, req *product_model.MGetProductModelRequest) (*product_model.MGetProductModelResponse, error) {
	return s.world.MGetProductModel(ctx, req)
}

type productDetailServer struct{ world productdetailservice.Client }

func (s *productDetailServer) MGetProductDetail(ctx context.Context, req *product_detail.MGetProductDetailRequest) (*product_detail.MGetProductDetailResponse, error) {
	return s.world.MGetProductDetail(ctx, req)
}

type productPriceServer struct{ world productpriceservice.Client }

func (s *productPriceServer) MGetProductPrice(ctx context.Context, req *product_price.MGetProductPriceRequest) (*product_price.MGetProductPriceResponse, error) {
	return s.world.MGetProductPrice(ctx, req)
}

type promotionRendererServer struct {
	world promotionrendererservice.Client
}

func (s *promotionRendererServer) MGetFlashWindows(ctx context.Context, req *promotion_renderer.MGetFlashWindowsRequest) (*promotion_renderer.MGetFlashWindowsResponse, error) {
	return s.world.MGetFlashWindows(ctx, req)
}

func (s *promotionRendererServer) RenderProductPromotions(ctx context.Context, req *promotion_renderer.RenderProductPromotionsRequest) (*promotion_renderer.RenderProductPromotionsResponse, error) {
	return s.world.RenderProductPromotions(ctx, req)
}

type promotionDeliveryServer struct {
	world promotiondeliveryservice.Client
}

func (s *promotionDeliveryServer) MGetRoomVouchers(ctx context.Context, req *promotion_delivery.MGetRoomVouchersRequest) (*promotion_delivery.MGetRoomVouchersResponse, error) {
	return s.world.MGetRoomVouchers(ctx, req)
}

func (s *promotionDeliveryServer) GetBanners(ctx context.Context, req *promotion_delivery.GetBannersRequest) (*promotion_delivery.GetBannersResponse, error) {
	return s.world.GetBanners(ctx, req)
}

func (s *promotionDeliveryServer) GetClaimState(ctx context.Context, req *promotion_delivery.GetClaimStateRequest) (*promotion_delivery.GetClaimStateResponse, error) {
	return s.world.GetClaimState(ctx, req)
}

type auctionServer struct{ world auctionservice.Client }

func (s *auctionServer) MGetRoomAuctions(ctx context.Context, req *auction.MGetRoomAuctionsRequest) (*auction.MGetRoomAuctionsResponse, error) {
	return s.world.MGetRoomAuctions(ctx, req)
}

func (s *auctionServer) GetSurpriseSet(ctx context.Context, req *auction.GetSurpriseSetRequest) (*auction.GetSurpriseSetResponse, error) {
	return s.world.GetSurpriseSet(ctx, req)
}

func (s *auctionServer) GetBidderState(ctx context.Context, req *auction.GetBidderStateRequest) (*auction.GetBidderStateResponse, error) {
	return s.world.GetBidderState(ctx, req)
}

type cartServer struct{ world cartservice.Client }

func (s *cartServer) GetCartCount(ctx context.Context, req *cart.GetCartCountRequest) (*cart.GetCartCountResponse, error) {
	return s.world.GetCartCount(ctx, req)
}

func (s *cartServer) MCheckInCart(ctx context.Context, req *cart.MCheckInCartRequest) (*cart.MCheckInCartResponse, error) {
	return s.world.MCheckInCart(ctx, req)
}

type tradeChainServer struct{ world tradechainservice.Client }

func (s *tradeChainServer) MCheckBuyable(ctx context.Context, req *trade_chain.MCheckBuyableRequest) (*trade_chain.MCheckBuyableResponse, error) {
	return s.world.MCheckBuyable(ctx, req)
}

type liveCreatorServer struct{ world livecreatorservice.Client }

func (s *liveCreatorServer) MGetCreator(ctx context.Context, req *live_creator.MGetCreatorRequest) (*live_creator.MGetCreatorResponse, error) {
	return s.world.MGetCreator(ctx, req)
}

type liveDataServer struct{ world livedataservice.Client }

func (s *liveDataServer) MGetRoom(ctx context.Context, req *live_data.MGetRoomRequest) (*live_data.MGetRoomResponse, error) {
	return s.world.MGetRoom(ctx, req)
}

func (s *liveDataServer) MGetRoomStats(ctx context.Context, req *live_data.MGetRoomStatsRequest) (*live_data.MGetRoomStatsResponse, error) {
	return s.world.MGetRoomStats(ctx, req)
}

type sellerCoreServer struct{ world sellercoreservice.Client }

func (s *sellerCoreServer) MGetSeller(ctx context.Context, req *seller_core.MGetSellerRequest) (*seller_core.MGetSellerResponse, error) {
	return s.world.MGetSeller(ctx, req)
}

func to(world string) []client.Option {
	return []client.Option{
		client.WithHostPorts(world), client.WithTransportProtocol(transport.TTHeader), client.WithRPCTimeout(5 * time.Second),
	}
}

// Prints what came with a call that names a lane, as one line of JSON.
func tells(next endpoint.Endpoint) endpoint.Endpoint {
	return func(ctx context.Context, req, resp any) error {
		value := func(key string) string {
			found, _ := metainfo.GetValue(ctx, key)
			return found
		}
		if call := rpcinfo.GetRPCInfo(ctx); value("LP_LANE") != "" {
			_ = json.NewEncoder(os.Stderr).Encode(map[string]any{
				"method":     call.To().Method(),
				"caller":     call.From().ServiceName(),
				"group":      value("LP_ROUTE_GROUP"), // US, EU, SEA, JP or LATAM: of the viewer
				"lane":       value("LP_LANE"),        // the same as Base.TrafficEnv
				"log_id":     value("LP_LOG_ID"),      // the same as Base.LogID
				"trace":      value("traceparent"),    // W3C Trace Context
				"state":      value("tracestate"),
				"remaining":  call.Config().RPCTimeout().Milliseconds(), // Live Pack gives up after it
				"persistent": len(metainfo.GetAllPersistentValues(ctx)), // Live Pack sends none
			})
		}
		return next(ctx, req, resp)
	}
}

func serving(at net.Addr) []server.Option {
	return []server.Option{
		server.WithServiceAddr(at),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler), // reads the caller's name and the remaining time
		server.WithMiddleware(tells),
	}
}

var services = map[string]func(at net.Addr, world string) error{
	"product_relation": func(at net.Addr, world string) error {
		return productrelationservice.NewServer(&productRelationServer{productrelationservice.MustNewClient("product_relation", to(world)...)}, serving(at)...).Run()
	},
	"product_model": func(at net.Addr, world string) error {
		return productmodelservice.NewServer(&productModelServer{productmodelservice.MustNewClient("product_model", to(world)...)}, serving(at)...).Run()
	},
	"product_detail": func(at net.Addr, world string) error {
		return productdetailservice.NewServer(&productDetailServer{productdetailservice.MustNewClient("product_detail", to(world)...)}, serving(at)...).Run()
	},
	"product_price": func(at net.Addr, world string) error {
		return productpriceservice.NewServer(&productPriceServer{productpriceservice.MustNewClient("product_price", to(world)...)}, serving(at)...).Run()
	},
	"promotion_renderer": func(at net.Addr, world string) error {
		return promotionrendererservice.NewServer(&promotionRendererServer{promotionrendererservice.MustNewClient("promotion_renderer", to(world)...)}, serving(at)...).Run()
	},
	"promotion_delivery": func(at net.Addr, world string) error {
		return promotiondeliveryservice.NewServer(&promotionDeliveryServer{promotiondeliveryservice.MustNewClient("promotion_delivery", to(world)...)}, serving(at)...).Run()
	},
	"auction": func(at net.Addr, world string) error {
		return auctionservice.NewServer(&auctionServer{auctionservice.MustNewClient("auction", to(world)...)}, serving(at)...).Run()
	},
	"cart": func(at net.Addr, world string) error {
		return cartservice.NewServer(&cartServer{cartservice.MustNewClient("cart", to(world)...)}, serving(at)...).Run()
	},
	"trade_chain": func(at net.Addr, world string) error {
		return tradechainservice.NewServer(&tradeChainServer{tradechainservice.MustNewClient("trade_chain", to(world)...)}, serving(at)...).Run()
	},
	"live_creator": func(at net.Addr, world string) error {
		return livecreatorservice.NewServer(&liveCreatorServer{livecreatorservice.MustNewClient("live_creator", to(world)...)}, serving(at)...).Run()
	},
	"live_data": func(at net.Addr, world string) error {
		return livedataservice.NewServer(&liveDataServer{livedataservice.MustNewClient("live_data", to(world)...)}, serving(at)...).Run()
	},
	"seller_core": func(at net.Addr, world string) error {
		return sellercoreservice.NewServer(&sellerCoreServer{sellercoreservice.MustNewClient("seller_core", to(world)...)}, serving(at)...).Run()
	},
}

// Each argument is NAME=ADDRESS=WORLD: serve NAME at ADDRESS from the service of the world at WORLD.
func main() {
	klog.SetLevel(klog.LevelFatal)
	ended := make(chan error)
	for _, argument := range os.Args[1:] {
		part := strings.Split(argument, "=")
		at, err := net.ResolveTCPAddr("tcp", part[1])
		if err != nil {
			panic(err)
		}
		go func() { ended <- services[part[0]](at, part[2]) }()
	}
	if err := <-ended; err != nil {
		panic(err)
	}
}
