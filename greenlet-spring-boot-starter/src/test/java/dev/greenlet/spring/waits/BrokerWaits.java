package dev.greenlet.spring.waits;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** Waits for a message of real brokers on this machine. */
final class BrokerWaits {
  private static final AtomicInteger LAST = new AtomicInteger();

  private BrokerWaits() {}

  /** A Redis list that is empty. */
  static Wait redis() {
    String list = "list-" + LAST.incrementAndGet();
    Jedis client = new Jedis("127.0.0.1", Redis.PORT);
    return new Wait() {
      @Override
      void begin() {
        client.blpop(0, list);
      }

      @Override
      void end(Thread waiting) {
        try (Jedis other = new Jedis("127.0.0.1", Redis.PORT)) {
          other.rpush(list, "item");
        }
      }

      @Override
      void release() {
        client.close();
      }
    };
  }

  /** A JMS queue that is empty. */
  static Wait jms() throws Exception {
    String queue = "queue-" + LAST.incrementAndGet();
    Connection connection = Artemis.CONNECTIONS.createConnection();
    connection.start();
    Session session = connection.createSession();
    return new Wait() {
      @Override
      void begin() throws JMSException {
        session.createConsumer(session.createQueue(queue)).receive();
      }

      @Override
      void end(Thread waiting) throws JMSException {
        try (Session other = connection.createSession()) {
          other.createProducer(other.createQueue(queue)).send(other.createTextMessage("item"));
        }
      }

      @Override
      void release() throws JMSException {
        connection.close();
      }
    };
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** Started by whoever needs it first, ended with the JVM. */
  private static final class Redis {
    static final int PORT = start();

    private static int start() {
      try {
        RedisServer server =
            RedisServer.newRedisServer()
                .port(freePort())
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      try {
                        server.stop();
                      } catch (IOException failure) {
                        throw new IllegalStateException(failure);
                      }
                    }));
        return server.ports().getFirst();
      } catch (IOException failure) {
        throw new ExceptionInInitializerError(failure);
      }
    }
  }

  /** Started by whoever needs it first; its threads are daemons. */
  private static final class Artemis {
    static final ActiveMQConnectionFactory CONNECTIONS = start();

    private static ActiveMQConnectionFactory start() {
      try {
        String address = "tcp://127.0.0.1:" + freePort();
        new EmbeddedActiveMQ()
            .setConfiguration(
                new ConfigurationImpl()
                    .setPersistenceEnabled(false)
                    .setSecurityEnabled(false)
                    .addAcceptorConfiguration("tcp", address))
            .start();
        return new ActiveMQConnectionFactory(address);
      } catch (Exception failure) {
        throw new ExceptionInInitializerError(failure);
      }
    }
  }
}
