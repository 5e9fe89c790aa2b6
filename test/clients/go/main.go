// One use of the Go SDK: client URL MEMORY. Prints what the tool answers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"golang.org/x/oauth2"
)

// memory is what stays between two starts.
type memory struct {
	Config *oauth2.Config
	Token  *oauth2.Token
}

// remembering writes each new token down.
type remembering struct {
	path   string
	config *oauth2.Config
	from   oauth2.TokenSource
}

func (r remembering) Token() (*oauth2.Token, error) {
	token, err := r.from.Token()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(memory{r.config, token})
	if err != nil {
		return nil, err
	}
	return token, os.WriteFile(r.path, text, 0o600)
}

func main() {
	url, path := os.Args[1], os.Args[2]
	ctx := context.Background()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	redirect := "http://" + listener.Addr().String() + "/callback"
	config := &auth.AuthorizationCodeHandlerConfig{
		DynamicClientRegistrationConfig: &auth.DynamicClientRegistrationConfig{
			Metadata: &oauthex.ClientRegistrationMetadata{
				ClientName:              "Go client",
				RedirectURIs:            []string{redirect},
				GrantTypes:              []string{"authorization_code", "refresh_token"},
				TokenEndpointAuthMethod: "none",
			},
		},
		RequestRefreshToken:      true,
		AuthorizationCodeFetcher: fetchCode(listener),
		NewTokenSource: func(ctx context.Context, config *oauth2.Config, token *oauth2.Token) (oauth2.TokenSource, error) {
			return remembering{path, config, config.TokenSource(ctx, token)}, nil
		},
	}
	if text, err := os.ReadFile(path); err == nil {
		var kept memory
		check(json.Unmarshal(text, &kept))
		config.InitialTokenSource = remembering{path, kept.Config, kept.Config.TokenSource(ctx, kept.Token)}
	}
	handler, err := auth.NewAuthorizationCodeHandler(config)
	check(err)
	client := mcp.NewClient(&mcp.Implementation{Name: "go-client", Version: "1.0.0"}, nil)
	session, err := client.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: url, OAuthHandler: handler}, nil)
	check(err)
	defer session.Close()
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "test_simple_text"})
	check(err)
	fmt.Println(result.Content[0].(*mcp.TextContent).Text)
}

// fetchCode opens the browser and waits for what it brings back.
func fetchCode(listener net.Listener) auth.AuthorizationCodeFetcher {
	return func(_ context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
		came := make(chan *auth.AuthorizationResult, 1)
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			came <- &auth.AuthorizationResult{Code: query.Get("code"), State: query.Get("state"), Iss: query.Get("iss")}
		}))
		if err := exec.Command(os.Getenv("BROWSER"), args.URL).Run(); err != nil {
			return nil, err
		}
		return <-came, nil
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
