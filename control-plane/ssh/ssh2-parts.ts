/** ssh2 is CommonJS: its names are found at run time, so they are taken apart once, here. */
import ssh2 from 'ssh2'

export const { Server, utils } = ssh2
