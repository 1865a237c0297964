package dev.greenlet.sample.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** How to reach an embedded PostgreSQL, which trusts whoever is on this machine. */
record EmbeddedPostgresConnectionDetails(EmbeddedPostgres postgres)
    implements JdbcConnectionDetails {
  private static final String SUPERUSER = "postgres";

  @Override
  public String getUsername() {
    return SUPERUSER;
  }

  @Override
  public String getPassword() {
    return "";
  }

  @Override
  public String getJdbcUrl() {
    return "jdbc:postgresql://localhost:%d/postgres".formatted(postgres.getPort());
  }
}
