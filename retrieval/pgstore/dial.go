package pgstore

import (
	"net"
	"time"
)

// deadAfter is when a database that acknowledges nothing is taken for gone. A
// network that is cut ends no connection, and whoever asks would wait for the
// end of their question's time. A server that is only slow acknowledges.
const deadAfter = 4 * time.Second

// dialer makes connections that notice.
func dialer() *net.Dialer {
	return &net.Dialer{
		Timeout:         deadAfter / 2,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: deadAfter / 2, Interval: deadAfter / 4, Count: 2},
		Control:         boundUnacknowledged,
	}
}
