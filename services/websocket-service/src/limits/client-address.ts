import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { addNet, type TrustedProxies } from '@/config/trust-proxy';

/** The address that limits are counted for. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/** Is this the address of a trusted proxy? Where proxies are counted by hops, every neighbour is one. */
export function createProxyCheck(trusted: TrustedProxies): (address: string) => boolean {
  if (typeof trusted === 'number') return () => trusted > 0;
  // Most services have none, and every connection asks.
  if (trusted.length === 0) return () => false;
  const nets = new BlockList();
  for (const net of trusted) addNet(nets, net);
  return (address) => {
    const plain = plainOf(address);
    return isIP(plain) !== 0 && nets.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}

/**
 * Finds out who asks. Without trusted proxies: the other end of the connection. Behind them: the right-most entry of
 * `X-Forwarded-For` that no trusted proxy stands for; what is left of it anybody may have made up. A whole IPv6 net of 64
 * bits counts as one address, since one customer has it ([LM14]).
 */
export function createClientAddress(trusted: TrustedProxies): ClientAddress {
  const isProxy = createProxyCheck(trusted);
  const isTrusted = (address: string, hop: number): boolean =>
    typeof trusted === 'number' ? hop < trusted : isProxy(address);

  return ({ headers, socket }) => {
    const header = headers['x-forwarded-for'];
    const forwarded = header === undefined ? [] : [header].flat().join(',').split(',').reverse();
    let address = plainOf(socket.remoteAddress ?? '');
    for (const [hop, entry] of forwarded.entries()) {
      const next = plainOf(entry.trim());
      if (isIP(next) === 0 || !isTrusted(address, hop)) break;
      address = next;
    }
    return isIP(address) === 6 ? netOf(address) : address;
  };
}

/** IPv4 that is written as IPv6 is IPv4. */
function plainOf(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

function netOf(address: string): string {
  const [left = '', right] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = left === '' ? [] : left.split(':');
  const known = right === undefined || right === '' ? [] : right.split(':');
  while (right !== undefined && groups.length + known.length < 8) groups.push('0');
  const net = [...groups, ...known].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${net.join(':')}::/64`;
}
