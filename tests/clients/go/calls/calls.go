// Package calls makes one good call of each of the fifteen methods. The build compiles it a second time against the IDL of the
// last release.
package calls

import (
	"context"
	"fmt"

	"livepack.test/clients/kitex_gen/base"
	lp "livepack.test/clients/kitex_gen/live_pack"
	"livepack.test/clients/kitex_gen/live_pack/livepackservice"
)

// Room is the room with a full page.
func Room() *lp.RoomRef {
	room := lp.NewRoomRef()
	room.RoomId = 1001
	return room
}

// User is a viewer in the US.
func User() *lp.UserContext {
	user := lp.NewUserContext()
	user.UserId, user.Region, user.Language, user.AppVersion = 101, "US", "en", 350000
	return user
}

type answer interface{ GetBaseResp() *base.BaseResp }

// Good turns an answer with a status other than 0 into an error.
func Good(answer answer, err error) error {
	if err != nil {
		return err
	}
	if resp := answer.GetBaseResp(); resp.StatusCode != 0 {
		return fmt.Errorf("status %d: %s", resp.StatusCode, resp.StatusMessage)
	}
	return nil
}

// Fifteen calls every method and reports which failed.
func Fifteen(ctx context.Context, c livepackservice.Client) error {
	slot := lp.NewFcpSlot()
	slot.Room = Room()
	surpriseRoom := lp.NewRoomRef()
	surpriseRoom.RoomId = 1006
	fill := func(room **lp.RoomRef, user **lp.UserContext) { *room, *user = Room(), User() }
	full := lp.NewGetRoomFullDataRequest()
	fill(&full.Room, &full.User)
	pin := lp.NewGetPinCardDataRequest()
	fill(&pin.Room, &pin.User)
	bag := lp.NewGetLiveBagDataRequest()
	fill(&bag.Room, &bag.User)
	preview := lp.NewGetLiveBagPreviewDataRequest()
	fill(&preview.Room, &preview.User)
	assemble := lp.NewGetLiveBagAssembleRequest()
	fill(&assemble.Room, &assemble.User)
	refresh := lp.NewGetLiveBagRefreshRequest()
	fill(&refresh.Room, &refresh.User)
	refresh.ProductIds = []int64{1001001, 1001002}
	previewPin := lp.NewGetPreviewPinCardDataRequest()
	fill(&previewPin.Room, &previewPin.User)
	tab := lp.NewGetLiveBagTabRequest()
	fill(&tab.Room, &tab.User)
	top := lp.NewGetLiveBagTopBannerRequest()
	fill(&top.Room, &top.User)
	promotion := lp.NewGetLiveBagPromotionBannerRequest()
	fill(&promotion.Room, &promotion.User)
	shop := lp.NewGetLiveBagCreatorShopInfoRequest()
	fill(&shop.Room, &shop.User)
	common := lp.NewGetLiveRoomCommonInfoRequest()
	fill(&common.Room, &common.User)
	set := lp.NewGetSurpriseSetDetailRequest()
	set.Room, set.User, set.SurpriseSetId = surpriseRoom, User(), 5001
	lite := &lp.MGetRoomLiteDataRequest{Rooms: []*lp.RoomRef{Room()}, User: User()}
	fcp := &lp.MGetFcpEcomComponentRequest{Slots: []*lp.FcpSlot{slot}, User: User()}

	for _, call := range []struct {
		method string
		make   func() (answer, error)
	}{
		{"MGetRoomLiteData", func() (answer, error) { return c.MGetRoomLiteData(ctx, lite) }},
		{"GetRoomFullData", func() (answer, error) { return c.GetRoomFullData(ctx, full) }},
		{"GetPinCardData", func() (answer, error) { return c.GetPinCardData(ctx, pin) }},
		{"GetLiveBagData", func() (answer, error) { return c.GetLiveBagData(ctx, bag) }},
		{"GetLiveBagPreviewData", func() (answer, error) { return c.GetLiveBagPreviewData(ctx, preview) }},
		{"GetLiveBagAssemble", func() (answer, error) { return c.GetLiveBagAssemble(ctx, assemble) }},
		{"GetLiveBagRefresh", func() (answer, error) { return c.GetLiveBagRefresh(ctx, refresh) }},
		{"GetPreviewPinCardData", func() (answer, error) { return c.GetPreviewPinCardData(ctx, previewPin) }},
		{"GetLiveBagTab", func() (answer, error) { return c.GetLiveBagTab(ctx, tab) }},
		{"GetLiveBagTopBanner", func() (answer, error) { return c.GetLiveBagTopBanner(ctx, top) }},
		{"GetLiveBagPromotionBanner", func() (answer, error) { return c.GetLiveBagPromotionBanner(ctx, promotion) }},
		{"GetLiveBagCreatorShopInfo", func() (answer, error) { return c.GetLiveBagCreatorShopInfo(ctx, shop) }},
		{"GetLiveRoomCommonInfo", func() (answer, error) { return c.GetLiveRoomCommonInfo(ctx, common) }},
		{"GetSurpriseSetDetail", func() (answer, error) { return c.GetSurpriseSetDetail(ctx, set) }},
		{"MGetFcpEcomComponent", func() (answer, error) { return c.MGetFcpEcomComponent(ctx, fcp) }},
	} {
		if err := Good(call.make()); err != nil {
			return fmt.Errorf("%s: %w", call.method, err)
		}
	}
	return nil
}
