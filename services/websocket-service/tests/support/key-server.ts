import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { secondsFromNow } from './tokens';

/** An address with public keys, which can break; it ends with the test. */
export async function startKeyServer() {
  const pairs = {
    RS256: await generateKeyPair('RS256'),
    ES256: await generateKeyPair('ES256'),
    EdDSA: await generateKeyPair('EdDSA'),
  };
  const keys = await Promise.all(
    Object.entries(pairs).map(async ([alg, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid: alg, alg })),
  );
  const state = { isBroken: false, asked: 0 };
  const server = createServer((_request, response) => {
    state.asked += 1;
    response.writeHead(state.isBroken ? 500 : 200).end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/jwks.json`;
  const sign = (alg: keyof typeof pairs, claims: JWTPayload, kid: string = alg): Promise<string> =>
    new SignJWT({ exp: secondsFromNow(3_600), ...claims }).setProtectedHeader({ alg, kid }).sign(pairs[alg].privateKey);
  return { url, state, sign, pairs };
}
