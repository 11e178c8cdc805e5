// A server generated from the IDL of the last release. It forwards calls to a newer server and returns the answers, read and
// written with the older types.
package main

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/transport"

	lp "livepack.test/clients/released_gen/live_pack"
	"livepack.test/clients/released_gen/live_pack/livepackservice"
)

type livePack struct{ newer livepackservice.Client }

func (s *livePack) MGetRoomLiteData(ctx context.Context, req *lp.MGetRoomLiteDataRequest) (*lp.MGetRoomLiteDataResponse, error) {
	return s.newer.MGetRoomLiteData(ctx, req)
}

func (s *livePack) GetRoomFullData(ctx context.Context, req *lp.GetRoomFullDataRequest) (*lp.GetRoomFullDataResponse, error) {
	return s.newer.GetRoomFullData(ctx, req)
}

func (s *livePack) GetPinCardData(ctx context.Context, req *lp.GetPinCardDataRequest) (*lp.GetPinCardDataResponse, error) {
	return s.newer.GetPinCardData(ctx, req)
}

func (s *livePack) GetLiveBagData(ctx context.Context, req *lp.GetLiveBagDataRequest) (*lp.GetLiveBagDataResponse, error) {
	return s.newer.GetLiveBagData(ctx, req)
}

func (s *livePack) GetLiveBagPreviewData(ctx context.Context, req *lp.GetLiveBagPreviewDataRequest) (*lp.GetLiveBagPreviewDataResponse, error) {
	return s.newer.GetLiveBagPreviewData(ctx, req)
}

func (s *livePack) GetLiveBagAssemble(ctx context.Context, req *lp.GetLiveBagAssembleRequest) (*lp.GetLiveBagAssembleResponse, error) {
	return s.newer.GetLiveBagAssemble(ctx, req)
}

func (s *livePack) GetLiveBagRefresh(ctx context.Context, req *lp.GetLiveBagRefreshRequest) (*lp.GetLiveBagRefreshResponse, error) {
	return s.newer.GetLiveBagRefresh(ctx, req)
}

func (s *livePack) GetPreviewPinCardData(ctx context.Context, req *lp.GetPreviewPinCardDataRequest) (*lp.GetPreviewPinCardDataResponse, error) {
	return s.newer.GetPreviewPinCardData(ctx, req)
}

func (s *livePack) GetLiveBagTab(ctx context.Context, req *lp.GetLiveBagTabRequest) (*lp.GetLiveBagTabResponse, error) {
	return s.newer.GetLiveBagTab(ctx, req)
}

func (s *livePack) GetLiveBagTopBanner(ctx context.Context, req *lp.GetLiveBagTopBannerRequest) (*lp.GetLiveBagTopBannerResponse, error) {
	return s.newer.GetLiveBagTopBanner(ctx, req)
}

func (s *livePack) GetLiveBagPromotionBanner(ctx context.Context, req *lp.GetLiveBagPromotionBannerRequest) (*lp.GetLiveBagPromotionBannerResponse, error) {
	return s.newer.GetLiveBagPromotionBanner(ctx, req)
}

func (s *livePack) GetLiveBagCreatorShopInfo(ctx context.Context, req *lp.GetLiveBagCreatorShopInfoRequest) (*lp.GetLiveBagCreatorShopInfoResponse, error) {
	return s.newer.GetLiveBagCreatorShopInfo(ctx, req)
}

func (s *livePack) GetLiveRoomCommonInfo(ctx context.Context, req *lp.GetLiveRoomCommonInfoRequest) (*lp.GetLiveRoomCommonInfoResponse, error) {
	return s.newer.GetLiveRoomCommonInfo(ctx, req)
}

func (s *livePack) GetSurpriseSetDetail(ctx context.Context, req *lp.GetSurpriseSetDetailRequest) (*lp.GetSurpriseSetDetailResponse, error) {
	return s.newer.GetSurpriseSetDetail(ctx, req)
}

func (s *livePack) MGetFcpEcomComponent(ctx context.Context, req *lp.MGetFcpEcomComponentRequest) (*lp.MGetFcpEcomComponentResponse, error) {
	return s.newer.MGetFcpEcomComponent(ctx, req)
}

func main() {
	klog.SetLevel(klog.LevelFatal)
	newer := livepackservice.MustNewClient("livepack", client.WithHostPorts(os.Getenv("ADDR")),
		client.WithTransportProtocol(transport.Framed), client.WithRPCTimeout(10*time.Second))
	addr, err := net.ResolveTCPAddr("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := livepackservice.NewServer(&livePack{newer}, server.WithServiceAddr(addr)).Run(); err != nil {
		panic(err)
	}
}
