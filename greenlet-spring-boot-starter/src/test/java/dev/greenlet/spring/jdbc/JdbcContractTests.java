package dev.greenlet.spring.jdbc;

import static dev.greenlet.engine.EngineChoice.NATIVE;
import static dev.greenlet.engine.EngineChoice.PORTABLE;

import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each engine on hub sockets and on sockets of the JDK, each engine and each kind of socket with
 * TLS and without, with each database and driver. The longer suite has all combinations.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
class JdbcContractTests extends JdbcContract {

  JdbcContractTests(Cell cell) {
    super(cell);
  }

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (TestDatabase database : TestDatabases.found()) {
      boolean tls = !database.tlsUrl().isEmpty();
      cells.add(new Cell(database, NATIVE, true, tls));
      cells.add(new Cell(database, PORTABLE, true, false));
      cells.add(new Cell(database, NATIVE, false, false));
      cells.add(new Cell(database, PORTABLE, false, tls));
    }
    return cells;
  }
}
