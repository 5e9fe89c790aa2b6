import type { SignInDesk } from '../identity/sign-in-desk.ts'
import type { Standing, StandingDelta } from '../identity/standing.ts'
import type { SshAdmission } from '../identity/ssh-admission.ts'
import type { RevokedSession } from '../identity/web-sessions.ts'
import type { Topic } from '../kernel/bus.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Current } from '../kernel/current.ts'
import type { Publication } from '../routes/publication.ts'
import { claimRoute, refusalOf } from '../tunnels/claim.ts'
import type { TunnelClaims } from '../tunnels/tunnel-claims.ts'

/** Which names forwards get, and keep, under the publication that is in force. */
export const tunnelClaims = (publication: Current<Publication>, clock: Clock): TunnelClaims => ({
  claim: (claimant, forward, taken) =>
    claimRoute(publication.value, { claimant, forward, taken, nowMs: clock.nowMs() }),
  refusalOf: (claimant, route) => refusalOf(publication.value, { claimant, route, nowMs: clock.nowMs() }),
  allowsPublicAssets: () => publication.value.publicAssets === true,
  onChange: (listener) => publication.subscribe(listener),
})

/** Who may come in over SSH, from Standing and the sign-in desk. */
export function sshAdmission(ports: {
  standing: Standing
  desk: SignInDesk
  changes: Topic<StandingDelta>
  revokedSessions: Topic<RevokedSession>
  /** A connection came in with this key. */
  seen: (fingerprint: string, address: string) => void
}): SshAdmission {
  const { standing, desk, changes, revokedSessions } = ports
  return {
    findUserOfKey: (fingerprint) => standing.findUserOfKey(fingerprint),
    openSignIn: (visitor) => desk.ask(visitor),
    signedIn: (key, address) => ports.seen(key.fingerprint, address),
    onBound(fingerprint, tell) {
      const stop = changes.subscribe(({ change }) => {
        if (change.kind !== 'ssh_key.bound' || change.binding.fingerprint !== fingerprint) return
        const user = standing.findUserOfKey(fingerprint)
        if (user === undefined) return
        stop()
        tell(user)
      })
      return stop
    },
    onRevoked({ user, key, sessionId }, tell) {
      const end = (reason: string): void => {
        stop()
        tell(reason)
      }
      const stopChanges = changes.subscribe(({ change }) => {
        if (change.kind === 'user.put' && change.user.id === user.id && change.user.disabled) {
          end('Your account was disabled')
        }
        if (change.kind === 'ssh_key.unbound' && change.fingerprint === key?.fingerprint)
          end('This SSH key was revoked')
      })
      const stopSessions = revokedSessions.subscribe((revoked) => {
        if (sessionId === undefined || revoked.userId !== user.id) return
        if (revoked.sessionId === undefined || revoked.sessionId === sessionId) {
          end('The browser session that let this connection in was ended')
        }
      })
      const stop = (): void => {
        stopChanges()
        stopSessions()
      }
      return stop
    },
  }
}
