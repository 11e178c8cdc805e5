// Runs the list of cases against a server and prints one line for each: case, tab, "ok" or "failed: why".
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/remote/codec"
	"github.com/cloudwego/kitex/pkg/remote/trans/gonet"
	"github.com/cloudwego/kitex/pkg/retry"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"livepack.test/clients/calls"
	"livepack.test/clients/kitex_gen/base"
	lp "livepack.test/clients/kitex_gen/live_pack"
	"livepack.test/clients/kitex_gen/live_pack/livepackservice"
	releasedservice "livepack.test/clients/released_gen/live_pack/livepackservice"
	"livepack.test/clients/releasedcalls"
)

// For this viewer, the driver makes one downstream call take a second.
const slowUser = 10077

var (
	ctx  = context.Background()
	addr = os.Getenv("ADDR")
)

func options(target string, more ...client.Option) []client.Option {
	return append([]client.Option{
		client.WithHostPorts(target),
		client.WithRPCTimeout(10 * time.Second),
		client.WithConnectTimeout(2 * time.Second),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithMetaHandler(transmeta.MetainfoClientHandler),
	}, more...)
}

func over(protocol transport.Protocol, more ...client.Option) livepackservice.Client {
	all := append([]client.Option{client.WithTransportProtocol(protocol)}, more...)
	return livepackservice.MustNewClient("livepack", options(addr, all...)...)
}

func fifteen(c livepackservice.Client) func() error {
	return func() error { return calls.Fifteen(ctx, c) }
}

// A request as a developer writes it: only the fields without a default.
func bag(userID int64) *lp.GetLiveBagDataRequest {
	return &lp.GetLiveBagDataRequest{
		Room: &lp.RoomRef{RoomId: 1001},
		User: &lp.UserContext{UserId: userID, Region: "US", Language: "en"},
	}
}

func zeroFilled() error {
	c := over(transport.Framed)
	room, user := &lp.RoomRef{RoomId: 1001}, &lp.UserContext{}
	page, err := c.GetLiveBagData(ctx, &lp.GetLiveBagDataRequest{Room: room, User: user, Page: &lp.Page{}})
	if err := calls.Good(page, err); err != nil {
		return err
	}
	whole, err := c.GetLiveBagAssemble(ctx, &lp.GetLiveBagAssembleRequest{Room: room, User: user})
	if err := calls.Good(whole, err); err != nil {
		return err
	}
	preview, err := c.GetLiveBagPreviewData(ctx, &lp.GetLiveBagPreviewDataRequest{Room: room, User: user})
	if err := calls.Good(preview, err); err != nil {
		return err
	}
	full, err := c.GetRoomFullData(ctx, &lp.GetRoomFullDataRequest{Room: room, User: user, NeedBagPreview: true})
	if err := calls.Good(full, err); err != nil {
		return err
	}
	feed, err := c.MGetFcpEcomComponent(ctx, &lp.MGetFcpEcomComponentRequest{Slots: []*lp.FcpSlot{{Room: room}}, User: user})
	if err := calls.Good(feed, err); err != nil {
		return err
	}
	cards := [4]int{len(page.Products), len(whole.Bag.Products), len(preview.Products), len(full.Preview)}
	if cards != [4]int{20, 20, 3, 3} || feed.Results[0].Scene != "feed_preview" {
		return fmt.Errorf("%v cards, scene %q", cards, feed.Results[0].Scene)
	}
	return nil
}

func badRequest() error {
	request := bag(101)
	request.Page = &lp.Page{Count: -1}
	answer, err := over(transport.Framed).GetLiveBagData(ctx, request)
	if err != nil {
		return err
	}
	if resp := answer.BaseResp; resp.StatusCode != 10001 || !strings.Contains(resp.StatusMessage, "page.count") {
		return fmt.Errorf("status %d: %s", resp.StatusCode, resp.StatusMessage)
	}
	return nil
}

func unknownMethod() error {
	c, err := genericclient.NewClient("livepack", generic.BinaryThriftGeneric(), options(addr)...)
	if err != nil {
		return err
	}
	message := []byte("\x80\x01\x00\x01\x00\x00\x00\x04Nope\x00\x00\x00\x01\x00")
	_, err = c.GenericCall(ctx, "Nope", message)
	var exception *remote.TransError
	if !errors.As(err, &exception) || exception.TypeID() != remote.UnknownMethod {
		return fmt.Errorf("no exception of type 1, but %v", err)
	}
	return nil
}

func timeout() error {
	c := over(transport.Framed)
	if _, err := c.GetLiveBagData(ctx, bag(slowUser), callopt.WithRPCTimeout(200*time.Millisecond)); !errors.Is(err, kerrors.ErrRPCTimeout) {
		return fmt.Errorf("no time-out, but %v", err)
	}
	for i := 0; i < 20; i++ {
		if err := calls.Good(c.GetLiveBagData(ctx, bag(101))); err != nil {
			return fmt.Errorf("call %d after it: %w", i+1, err)
		}
	}
	return nil
}

// The server learns the time-out from the header and gives up before its caller does.
func deadline() error {
	c := over(transport.TTHeader)
	answer, err := c.GetLiveBagData(ctx, bag(slowUser), callopt.WithRPCTimeout(700*time.Millisecond))
	if err != nil {
		return err
	}
	if code := answer.BaseResp.StatusCode; code != 30001 && code != 50001 && code != 50003 {
		return fmt.Errorf("status %d: %s", code, answer.BaseResp.StatusMessage)
	}
	return calls.Good(c.GetLiveBagData(ctx, bag(slowUser)))
}

func callers() error {
	c := over(transport.Framed)
	failures := make(chan error, 32)
	var all sync.WaitGroup
	for caller := 0; caller < 32; caller++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for call := 0; call < 50; call++ {
				if err := calls.Good(c.GetLiveBagData(ctx, bag(101))); err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	all.Wait()
	close(failures)
	if err, failed := <-failures; failed {
		return fmt.Errorf("%d callers of 32: %w", len(failures)+1, err)
	}
	return nil
}

func fiftyCards() error {
	request := bag(101)
	request.Page = &lp.Page{Count: 50}
	answer, err := over(transport.Framed).GetLiveBagData(ctx, request)
	if err := calls.Good(answer, err); err != nil {
		return err
	}
	if len(answer.Products) != 50 || answer.Products[49].Title == "" || answer.Products[49].Price.SaleText == "" {
		return fmt.Errorf("%d cards", len(answer.Products))
	}
	return nil
}

func otherLetters() error {
	request := bag(209)
	request.Room.RoomId, request.User.Region, request.User.Language = 2009, "JP", "ja"
	request.User.DeviceId = "電話 🛍"
	answer, err := over(transport.Framed).GetLiveBagData(ctx, request)
	if err := calls.Good(answer, err); err != nil {
		return err
	}
	button := answer.Products[0].Buttons[0].Text
	if !strings.ContainsFunc(button, func(sign rune) bool { return sign >= '぀' && sign <= '鿿' }) {
		return fmt.Errorf("the button says %q", button)
	}
	return nil
}

// The driver checks that it is in the access log.
func logID() error {
	request := bag(101)
	request.Base = &base.Base{LogID: os.Getenv("LOG_ID"), Caller: "clients-go"}
	return calls.Good(over(transport.Framed).GetLiveBagData(ctx, request))
}

func persistent() error {
	lane := metainfo.WithValue(metainfo.WithPersistentValue(ctx, "LANE", "blue"), "once", "more")
	return calls.Fifteen(lane, over(transport.TTHeader))
}

// The driver checks that it reached the Kitex servers that answer the downstream calls of this page.
func travels() error {
	values := metainfo.WithValues(ctx,
		"LP_LANE", os.Getenv("LANE"), "traceparent", os.Getenv("TRACE"), "tracestate", os.Getenv("TRACE_STATE"))
	values = metainfo.WithValue(metainfo.WithPersistentValue(values, "LANE", "blue"), "once", "more")
	request := bag(101)
	request.User.Region, request.User.Language = "DE", "de"
	request.Base = &base.Base{LogID: os.Getenv("LOG_ID") + "-travels", Caller: "clients-go"}
	c := livepackservice.MustNewClient("livepack",
		options(os.Getenv("KITEX_ADDR"), client.WithTransportProtocol(transport.TTHeader))...)
	return calls.Good(c.GetLiveBagData(values, request, callopt.WithRPCTimeout(2*time.Second)))
}

func unixSocket() error {
	c := livepackservice.MustNewClient("livepack", options(os.Getenv("UNIX_SOCKET"), client.WithTransportProtocol(transport.TTHeader))...)
	return calls.Fifteen(ctx, c)
}

func overTLS() error {
	dialer, err := newTLSDialer(os.Getenv("TLS_CA"))
	if err != nil {
		return err
	}
	c := livepackservice.MustNewClient("livepack", options(os.Getenv("TLS_ADDR"),
		client.WithTransportProtocol(transport.TTHeader),
		client.WithTransHandlerFactory(gonet.NewCliTransHandlerFactory()),
		client.WithDialer(dialer))...)
	return calls.Fifteen(ctx, c)
}

func released(target string) func() error {
	return func() error {
		c := releasedservice.MustNewClient("livepack", options(target, client.WithTransportProtocol(transport.TTHeader))...)
		return releasedcalls.Fifteen(ctx, c)
	}
}

// A server generated from the IDL of the last release.
func releasedServer() error {
	c := livepackservice.MustNewClient("livepack", options(os.Getenv("RELEASED_ADDR"), client.WithTransportProtocol(transport.TTHeader))...)
	return calls.Fifteen(ctx, c)
}

func main() {
	klog.SetLevel(klog.LevelFatal)
	crc := client.WithCodec(codec.NewDefaultCodecWithConfig(codec.CodecConfig{CRC32Check: true}))
	failed := false
	for _, it := range []struct {
		name string
		run  func() error
	}{
		{"fifteen methods, framed", fifteen(over(transport.Framed))},
		{"fifteen methods, buffered", fifteen(over(transport.PurePayload))},
		{"fifteen methods, TTHeader", fifteen(over(transport.TTHeader))},
		{"fifteen methods, TTHeader framed", fifteen(over(transport.TTHeaderFramed))},
		{"fifteen methods, TTHeader multiplexed", fifteen(over(transport.TTHeader, client.WithMuxConnection(2)))},
		{"fifteen methods, TTHeader with CRC32", fifteen(over(transport.TTHeader, crc))},
		{"fifteen methods, retry", fifteen(over(transport.TTHeader, client.WithFailureRetry(retry.NewFailurePolicy())))},
		{"fifteen methods, backup request", fifteen(over(transport.TTHeader, client.WithBackupRequest(retry.NewBackupPolicy(1))))},
		{"fifteen methods, short connections", fifteen(over(transport.TTHeader, client.WithShortConnection()))},
		{"zero-filled requests", zeroFilled},
		{"bad request", badRequest},
		{"unknown method", unknownMethod},
		{"client time-out, then good calls", timeout},
		{"32 callers, 50 calls each", callers},
		{"50 cards", fiftyCards},
		{"texts outside ASCII", otherLetters},
		{"log id in the access log", logID},
		{"time-out in TTHeader", deadline},
		{"persistent metadata", persistent},
		{"metadata at Kitex downstream services", travels},
		{"Unix socket", unixSocket},
		{"TLS", overTLS},
		{"client of the last release", released(addr)},
		{"server of the last release", releasedServer},
	} {
		result := "ok"
		if err := it.run(); err != nil {
			failed, result = true, "failed: "+strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Printf("%s\t%s\n", it.name, result)
	}
	if failed {
		os.Exit(1)
	}
}
