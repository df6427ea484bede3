import { BlockList, isIP } from 'node:net';
import { type Environment, listOf, textOf } from './environment';

/** Whose `X-Forwarded-For` is believed: that many proxies in a row, or those at these addresses and nets. */
export type TrustedProxies = number | readonly string[];

/** Reads `TRUST_PROXY`; nobody is believed where it is unset. */
export function readTrustedProxies(env: Environment, faults: string[]): TrustedProxies {
  const text = textOf(env, 'TRUST_PROXY');
  if (text === undefined) return [];
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const nets = listOf(text);
  for (const net of nets) {
    if (addNet(new BlockList(), net)) continue;
    faults.push(
      `TRUST_PROXY holds "${net}": list the addresses or nets of your proxies, such as 10.0.0.0/8,127.0.0.1, or say how many proxies stand in a row.`,
    );
  }
  return nets;
}

/** Adds an address, or a net such as `10.0.0.0/8`. @returns whether it is one. */
export function addNet(list: BlockList, net: string): boolean {
  const [address = '', prefix] = net.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const longest = family === 'ipv6' ? 128 : 32;
  if (isIP(address) === 0 || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest))) {
    return false;
  }
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
  return true;
}
