// One page of the bag, with a time-out, a log id and metadata.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"livepack.test/clients/kitex_gen/base"
	"livepack.test/clients/kitex_gen/live_pack"
	"livepack.test/clients/kitex_gen/live_pack/livepackservice"
)

func main() {
	c := livepackservice.MustNewClient("livepack", client.WithHostPorts(os.Getenv("ADDR")), // 127.0.0.1:8888
		client.WithTransportProtocol(transport.TTHeader), client.WithRPCTimeout(5*time.Second),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler), // tells the server the time-out
		client.WithMetaHandler(transmeta.MetainfoClientHandler))
	ctx := metainfo.WithPersistentValue(context.Background(), "LANE", "blue")
	answer, err := c.GetLiveBagData(ctx, &live_pack.GetLiveBagDataRequest{ // zero values mean the defaults
		Room: &live_pack.RoomRef{RoomId: 1001}, User: &live_pack.UserContext{Region: "US", Language: "en"},
		Base: &base.Base{LogID: "example-go-1", Caller: "example"},
	}, callopt.WithRPCTimeout(3*time.Second))
	if err != nil {
		panic(err) // no answer: time-out, connection, exception
	}
	switch resp := answer.BaseResp; resp.StatusCode {
	case 0:
		for _, lost := range answer.Degraded { // draw the page without what is missing
			fmt.Println("without", lost.Task, lost.Message)
		}
		fmt.Println(answer.Total, answer.Products[0].Title, answer.Products[0].Price.SaleText)
	case 10006, 30001, 30002, 30003, 30004: // overload, a downstream service: try again later, with a pause that grows
		fmt.Println("try again", resp.StatusCode, resp.StatusMessage)
	default: // 10001: the request is wrong; 20001 and others: the room has closed, is banned, does not exist
		fmt.Println("no page", resp.StatusCode, resp.StatusMessage)
	}
}
