package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/cloudwego/gopkg/bufiox"
)

// tlsDialer connects over TLS, for clients with gonet.NewCliTransHandlerFactory.
type tlsDialer struct{ config *tls.Config }

// tlsConn has the two additional methods that gonet needs.
type tlsConn struct {
	net.Conn
	reader *bufiox.DefaultReader
	writer *bufiox.DefaultWriter
}

func newTLSDialer(authority string) (*tlsDialer, error) {
	pem, err := os.ReadFile(authority)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", authority)
	}
	return &tlsDialer{&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}, nil
}

func (d *tlsDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: timeout}, network, address, d.config)
	if err != nil {
		return nil, err
	}
	return &tlsConn{conn, bufiox.NewDefaultReader(conn), bufiox.NewDefaultWriter(conn)}, nil
}

func (c *tlsConn) Read(into []byte) (int, error) { return c.reader.Read(into) }
func (c *tlsConn) Reader() *bufiox.DefaultReader { return c.reader }
func (c *tlsConn) Writer() *bufiox.DefaultWriter { return c.writer }
