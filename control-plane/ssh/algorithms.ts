import type { Algorithms, CipherAlgorithm, KexAlgorithm } from 'ssh2'

import { HYBRID_KEX } from './hybrid-kex.ts'
import { sshCryptoIsNative } from './ssh2-private.ts'

const GCM: CipherAlgorithm[] = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']

/**
 * Every OpenSSH since 6.5 (2014) finds a match here. No compression: zlib quadruples the memory of a connection and
 * ssh2 puts no limit on what a packet inflates to. OpenSSH prefers ChaCha20 and the client's order wins, so it is
 * offered only where the native binding makes it cheap.
 */
export const algorithms = (native: boolean = sshCryptoIsNative): Algorithms => ({
  kex: [
    // @types/ssh2 lists what ssh2 itself can do.
    HYBRID_KEX as KexAlgorithm,
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: native ? [...GCM, 'chacha20-poly1305@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'] : GCM,
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
})
