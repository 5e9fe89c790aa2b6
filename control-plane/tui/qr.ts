import { encode } from 'uqr'

/** Light modules around the code, without which cameras do not find it (ISO/IEC 18004 asks for 4; phones need 2). */
const QUIET = 2

/**
 * A QR code of half blocks, two modules to a cell. `light` modules are the ink: on a dark terminal without colours the
 * code then has its proper polarity.
 */
export function qrLines(text: string): readonly string[] {
  const { data } = encode(text, { ecc: 'L', border: QUIET })
  const isLight = (row: number, column: number): boolean => data[row]?.[column] !== true
  return Array.from({ length: Math.ceil(data.length / 2) }, (_, pair) =>
    (data[0] ?? [])
      .map((_module, column) => {
        const upper = isLight(pair * 2, column)
        const lower = isLight(pair * 2 + 1, column)
        return upper ? (lower ? '█' : '▀') : lower ? '▄' : ' '
      })
      .join(''),
  )
}
