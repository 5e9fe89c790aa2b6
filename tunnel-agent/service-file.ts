/** Units that start the agent when its person signs in, for the two service managers that most people have. */
import type { ServiceKind } from './arguments.ts'

export interface Service {
  /** Program and arguments, paths absolute. */
  readonly words: readonly string[]
  /** Where relative names, such as those of a command, are looked up. */
  readonly workingFolder: string
  /** A service manager gives a much shorter one, in which `npx` is not found. */
  readonly path: string
}

const NAME = 'sallyport-connect'
const LABEL = 'dev.sallyport.connect'
/** Trying again changes nothing then: wrong usage, sign-in refused, host key changed, tunnel refused. */
const FINAL_EXIT_CODES = '2 3 4 5'

export const serviceFile = (kind: ServiceKind, service: Service): string =>
  kind === 'systemd' ? systemdUnit(service) : launchdPlist(service)

/** systemd.service(5), "Command lines", and systemd.syntax(7), "Quoting". */
const systemdUnit = ({
  words,
  workingFolder,
  path,
}: Service): string => `# Save as ~/.config/systemd/user/${NAME}.service, then:
#   systemctl --user daemon-reload && systemctl --user enable --now ${NAME}
#   journalctl --user -u ${NAME} -f    shows addresses, and a link where somebody has to sign in
# To run without anybody being logged in: loginctl enable-linger

[Unit]
Description=Sallyport: publishes a local MCP server
After=network-online.target

[Service]
ExecStart=${words.map(systemdWord).join(' ')}
WorkingDirectory=${workingFolder.replaceAll('%', '%%')}
Environment=${systemdQuoted(`PATH=${path}`)}
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=${FINAL_EXIT_CODES}

[Install]
WantedBy=default.target
`

/** A dollar sign begins a variable in a command line, and only there. */
const systemdWord = (word: string): string => systemdQuoted(word).replaceAll('$', '$$$$')

function systemdQuoted(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return /^[\w@%+=:,./-]+$/.test(word) ? escaped : `"${escaped}"`
}

const launchdPlist = ({ words, workingFolder, path }: Service): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Save as ~/Library/LaunchAgents/${LABEL}.plist, then:
     launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/${LABEL}.plist
     tail -f ~/Library/Logs/${NAME}.log   shows addresses, and a link where somebody has to sign in -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
    <string>/bin/sh</string>
    <string>-c</string>
    <string>exec "$@" &gt;&gt;"$HOME/Library/Logs/${NAME}.log" 2&gt;&amp;1</string>
    <string>${NAME}</string>
${words.map((word) => `    <string>${xml(word)}</string>`).join('\n')}
  </array>
  <key>WorkingDirectory</key>
  <string>${xml(workingFolder)}</string>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>${xml(path)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>Crashed</key>
    <true/>
  </dict>
</dict>
</plist>
`

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
