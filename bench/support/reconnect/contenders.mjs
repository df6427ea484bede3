// @ts-check
import { WebSocket } from 'ws';

/**
 * @typedef {object} Contender One client as an application would use it, with its own defaults for every wait.
 * @property {string} name
 * @property {string} path Where its server listens.
 * @property {() => Promise<(url: string, onBack: () => void) => void>} load Gives what opens one client. `onBack` is called
 *   at each connection, when the client itself says that it is connected.
 */

/** @type {readonly Contender[]} */
export const CONTENDERS = [
  {
    name: 'taskwire',
    path: '/ws',
    async load() {
      const { WebSocketSyncClient, browserEnvironment } = await import(process.env.TASKWIRE_BUNDLE ?? '');
      /** @param {string} url @param {string[]} protocols */
      const createSocket = (url, protocols) => new WebSocket(url, protocols);
      return (url, onBack) => {
        const client = new WebSocketSyncClient(url, 'herd', {
          wire: 'native',
          channels: ['user:me'],
          getToken: async () => 'token',
          maxRetries: Number.POSITIVE_INFINITY,
          environment: { ...browserEnvironment, createSocket },
        });
        client.addStatusListener((/** @type {string} */ status) => {
          if (status === 'connected') onBack();
        });
        client.connect();
      };
    },
  },
  {
    name: 'partysocket',
    path: '/open',
    async load() {
      const { WebSocket: PartySocket } = await import('partysocket');
      return (url, onBack) => {
        new PartySocket(url, [], { WebSocket }).addEventListener('open', onBack);
      };
    },
  },
  {
    name: 'reconnecting-websocket',
    path: '/open',
    async load() {
      const { default: ReconnectingWebSocket } = await import('reconnecting-websocket');
      return (url, onBack) => {
        // Its default, 1 to 5 s, is drawn once where it is loaded. In a browser that is once a page: so here once a client.
        const minReconnectionDelay = 1_000 + Math.random() * 4_000;
        new ReconnectingWebSocket(url, [], { WebSocket, minReconnectionDelay }).addEventListener('open', onBack);
      };
    },
  },
  {
    name: 'socket.io-client',
    path: '/',
    async load() {
      const { io } = await import('socket.io-client');
      return (url, onBack) => {
        // Without the long polling that it begins with otherwise: several dials a try would count against it.
        io(url, { forceNew: true, transports: ['websocket'] }).on('connect', onBack);
      };
    },
  },
  {
    name: 'centrifuge',
    path: '/centrifuge',
    async load() {
      const { Centrifuge } = await import('centrifuge');
      return (url, onBack) => {
        const client = new Centrifuge(url, { websocket: WebSocket });
        client.on('connected', onBack);
        client.connect();
      };
    },
  },
  {
    name: 'phoenix',
    path: '/phoenix',
    async load() {
      // @ts-expect-error It ships no types.
      const { Socket } = await import('phoenix');
      return (url, onBack) => {
        const socket = new Socket(url, { transport: WebSocket });
        socket.onOpen(onBack);
        socket.connect();
      };
    },
  },
];
