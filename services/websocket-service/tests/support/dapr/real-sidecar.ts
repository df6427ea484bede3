import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Sidecar } from './sidecar';

const RESOURCES = fileURLToPath(new URL('../../../dapr/local', import.meta.url));
const CLOUD_EVENT = 'application/cloudevents+json';
const READY = /You're up and running|dapr initialized\. Status: Running/;

/** Starts a real `daprd` beside the service, with the in-memory broker; it ends with the test. */
export async function startSidecar(daprd: string, appUrl: string, token: string): Promise<Sidecar> {
  const ports = await freePorts(3);
  const [httpPort, grpcPort, internalPort] = ports;
  const child = spawn(
    daprd,
    [
      ['--app-id', 'websocket-service'],
      ['--app-port', new URL(appUrl).port],
      ['--app-protocol', 'http'],
      ['--dapr-http-port', String(httpPort)],
      ['--dapr-grpc-port', String(grpcPort)],
      ['--dapr-internal-grpc-port', String(internalPort)],
      ['--resources-path', RESOURCES],
      ['--enable-metrics=false', '--disable-builtin-k8s-secret-store', '--log-level=info'],
    ].flat(),
    { env: { ...process.env, APP_API_TOKEN: token }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  await untilReady(child);
  return {
    async publish(topic, payload, { contentType = 'application/json', isRaw = false } = {}) {
      const query = isRaw ? '?metadata.rawPayload=true' : '';
      const answer = await fetch(`http://127.0.0.1:${httpPort}/v1.0/publish/pubsub/${topic}${query}`, {
        method: 'POST',
        headers: { 'content-type': contentType === CLOUD_EVENT ? CLOUD_EVENT : contentType },
        body: JSON.stringify(payload),
      });
      if (answer.status !== 204)
        throw new Error(`daprd did not take the event: ${answer.status} ${await answer.text()}`);
    },
  };
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (READY.test(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`daprd ended with ${code}:\n${output}`)));
  });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    ports.push(typeof address === 'object' && address !== null ? address.port : 0);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}
