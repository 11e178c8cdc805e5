// The same page over the JSON generic call: no generated code, the IDL is read at run time.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/transport"
)

func main() {
	provider, err := generic.NewThriftFileProvider("live_pack.thrift", os.Getenv("IDL")) // the folder idl/
	if err != nil {
		panic(err)
	}
	json, err := generic.JSONThriftGeneric(provider)
	if err != nil {
		panic(err)
	}
	c, err := genericclient.NewClient("livepack", json, client.WithHostPorts(os.Getenv("ADDR")),
		client.WithTransportProtocol(transport.TTHeader), client.WithRPCTimeout(5*time.Second))
	if err != nil {
		panic(err)
	}
	answer, err := c.GenericCall(context.Background(), "GetLiveBagData", `{"room":{"room_id":1001},"user":{"region":"US"}}`)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer)
}
