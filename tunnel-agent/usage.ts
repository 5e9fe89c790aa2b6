export const EXIT = {
  stopped: 0,
  failed: 1,
  usage: 2,
  /** Denied, expired, or no way to sign in was accepted. */
  signInRefused: 3,
  hostKeyChanged: 4,
  /** The gateway does not let this person serve this, or another connection serves it now. */
  tunnelRefused: 5,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const USAGE = `sallyport-connect: keeps an MCP server on this computer published by a Sallyport gateway

  sallyport-connect --host HOST [--port 3000] [NAME=TARGET ...]
  sallyport-connect --host HOST [--shared] -- COMMAND [ARGUMENT ...]
  sallyport-connect --file servers.yaml
  sallyport-connect --host HOST ... --service

  --host [USER@]HOST[:PORT]  the gateway's SSH server, port 22 without one; given several times, or where the
                             name has several addresses, two connections are kept
  --port PORT                your server is on localhost:PORT (default: 8080)
  NAME=TARGET                one more server under NAME-<your name>, such as docs=localhost:4000
  -- COMMAND                 an MCP server on standard input and output, a process for each session
  --shared                   one process of it for all sessions
  --file FILE                hosts and servers from a YAML file
  -i, --identity FILE        a private key, instead of those of ssh-agent and ~/.ssh/id_*; may be repeated
  --fingerprint SHA256:...   the only host key that is accepted; may be repeated
  --service[=systemd|launchd]  print a unit that starts this very command, and how to install it
  --json                     one JSON object on each line
  --quiet                    only addresses, links to sign in, and problems
  --help, --version

Exit codes: 0 stopped by you, 1 failure, 2 wrong usage, 3 sign-in refused, 4 the gateway's host key is another one,
5 the gateway refused the tunnel or another connection took it over.
`
