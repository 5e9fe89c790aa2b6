import type { Random } from '../kernel/random.ts'

/** Words that read well in a URL, are hard to mistype and say nothing about anybody. 64 × 64 × 10,000 names. */
const ADJECTIVES =
  'able amber ample azure balmy bold brave breezy bright brisk calm candid civil clear clever cosy crisp dapper deft eager early easy fair fancy fleet fond frank fresh gentle glad golden grand happy hardy honest humble jolly keen kind lively loyal lucid lucky mellow merry mild neat nimble noble patient plucky polite proud quick quiet ready silver smart snug steady sunny swift tidy warm'.split(
    ' ',
  )
const ANIMALS =
  'badger bear beaver bison bobcat camel cat cod condor crab crane crow deer dingo dolphin dove eagle egret elk falcon ferret finch fox gecko goose gull hare hawk heron horse ibex ibis jay koala lark lemur lion llama lynx magpie marten mole moose moth newt orca osprey otter owl panda puffin puma quail raven robin seal shrew sloth stoat swan tapir trout vole wolf'.split(
    ' ',
  )

/** Such as `calm-otter-4821`. The store's unique constraint decides whether it is still free. */
export function newTunnelName(random: Random): string {
  const bytes = random.bytes(8)
  const adjective = ADJECTIVES[bytes.readUInt16BE(0) % ADJECTIVES.length]
  const animal = ANIMALS[bytes.readUInt16BE(2) % ANIMALS.length]
  return `${adjective}-${animal}-${String(bytes.readUInt32BE(4) % 10_000).padStart(4, '0')}`
}
