import type { SignInDesk } from '../identity/sign-in-desk.ts'
import type { Standing, StandingDelta } from '../identity/standing.ts'
import type { SshAdmission } from '../identity/ssh-admission.ts'
import type { Topic } from '../kernel/bus.ts'

/** Who may come in over SSH, from Standing and the sign-in desk. */
export function sshAdmission(ports: {
  standing: Standing
  desk: SignInDesk
  changes: Topic<StandingDelta>
  /** A connection came in with this key. */
  seen: (fingerprint: string, address: string) => void
}): SshAdmission {
  const { standing, desk, changes } = ports
  return {
    findUserOfKey: (fingerprint) => standing.findUserOfKey(fingerprint),
    openSignIn: (visitor) => desk.ask(visitor),
    signedIn: (key, address) => ports.seen(key.fingerprint, address),
    onRevoked(user, key, tell) {
      const stop = changes.subscribe(({ change }) => {
        const disabled = change.kind === 'user.put' && change.user.id === user.id && change.user.disabled
        const unbound = change.kind === 'ssh_key.unbound' && change.fingerprint === key?.fingerprint
        if (!disabled && !unbound) return
        stop()
        tell(disabled ? 'Your account was disabled' : 'This SSH key was revoked')
      })
      return stop
    },
  }
}
