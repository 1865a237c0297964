package dev.greenlet.spring.libraries;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

/** One broker of Kafka in this JVM, which is its own controller (KRaft) and keeps one partition. */
final class KafkaBroker implements AutoCloseable {
  private final Path directory;
  private final String address;
  private final KafkaRaftServer server;

  private KafkaBroker(Path directory, String address, KafkaRaftServer server) {
    this.directory = directory;
    this.address = address;
    this.server = server;
  }

  static KafkaBroker start(int port, int controllerPort) throws Exception {
    LoggingSystem logging = LoggingSystem.get(KafkaBroker.class.getClassLoader());
    for (String logger : List.of("org.apache.kafka", "kafka", "state.change.logger")) {
      logging.setLogLevel(logger, LogLevel.ERROR);
    }
    Path directory = Files.createTempDirectory("kafka");
    String address = "127.0.0.1:" + port;
    String controller = "127.0.0.1:" + controllerPort;
    format(directory);
    KafkaRaftServer server =
        new KafkaRaftServer(
            new KafkaConfig(
                Map.ofEntries(
                    Map.entry("process.roles", "broker,controller"),
                    Map.entry("node.id", "1"),
                    Map.entry("listeners", "CLIENTS://" + address + ",QUORUM://" + controller),
                    Map.entry(
                        "listener.security.protocol.map", "CLIENTS:PLAINTEXT,QUORUM:PLAINTEXT"),
                    Map.entry("inter.broker.listener.name", "CLIENTS"),
                    Map.entry("controller.listener.names", "QUORUM"),
                    Map.entry("controller.quorum.voters", "1@" + controller),
                    Map.entry("controlled.shutdown.enable", "false"),
                    Map.entry("log.dirs", directory.toString()),
                    Map.entry("log.cleaner.enable", "false"))),
            Time.SYSTEM);
    server.startup();
    return new KafkaBroker(directory, address, server);
  }

  private static void format(Path directory) throws Exception {
    new Formatter()
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .setControllerListenerName("QUORUM")
        .setMetadataLogDirectory(directory.toString())
        .addDirectory(directory.toString())
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .run();
  }

  /** Returns where clients find it. */
  String address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    server.shutdown();
    server.awaitShutdown();
    FileSystemUtils.deleteRecursively(directory);
  }
}
