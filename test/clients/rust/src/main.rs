//! One use of the Rust SDK: client URL MEMORY. Prints what the tool answers.
use std::{env, error::Error, fs, path::PathBuf, process::Command};

use rmcp::{
    ServiceExt,
    model::CallToolRequestParams,
    transport::{
        StreamableHttpClientTransport,
        auth::{
            AuthClient, AuthError, AuthorizationManager, AuthorizationRequest, CredentialStore, OAuthState,
            StoredCredentials,
        },
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

/// What stays between two starts.
struct FileMemory(PathBuf);

#[async_trait::async_trait]
impl CredentialStore for FileMemory {
    async fn load(&self) -> Result<Option<StoredCredentials>, AuthError> {
        let Ok(text) = fs::read_to_string(&self.0) else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| AuthError::InternalError(error.to_string()))
    }

    async fn save(&self, credentials: StoredCredentials) -> Result<(), AuthError> {
        let text = serde_json::to_string(&credentials).map_err(|error| AuthError::InternalError(error.to_string()))?;
        fs::write(&self.0, text).map_err(|error| AuthError::InternalError(error.to_string()))
    }

    async fn clear(&self) -> Result<(), AuthError> {
        let _ = fs::remove_file(&self.0);
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [_, url, memory] = env::args().collect::<Vec<_>>().try_into().expect("URL MEMORY");
    let mut manager = AuthorizationManager::new(&url).await?;
    manager.set_credential_store(FileMemory(memory.into()));
    if !manager.initialize_from_store().await? {
        manager = sign_in(manager).await?;
    }
    let client = AuthClient::new(reqwest::Client::new(), manager);
    let transport =
        StreamableHttpClientTransport::with_client(client, StreamableHttpClientTransportConfig::with_uri(url));
    let session = ().serve(transport).await?;
    let result = session.call_tool(CallToolRequestParams::new("test_simple_text")).await?;
    println!("{}", serde_json::to_string(&result)?);
    session.cancel().await?;
    Ok(())
}

async fn sign_in(manager: AuthorizationManager) -> Result<AuthorizationManager, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let mut state = OAuthState::Unauthorized(manager);
    let request = AuthorizationRequest::new(format!("{origin}/callback")).with_client_name("Rust client");
    state.start_authorization(request).await?;
    Command::new(env::var("BROWSER")?).arg(state.get_authorization_url().await?).status()?;
    let (mut stream, _) = listener.accept().await?;
    let mut line = String::new();
    BufReader::new(&mut stream).read_line(&mut line).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?;
    let target = line.split(' ').nth(1).ok_or("no request")?;
    state.handle_callback_url(&format!("{origin}{target}")).await?;
    state.into_authorization_manager().ok_or_else(|| "not authorized".into())
}
