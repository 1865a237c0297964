package dev.greenlet.spring.shutdown;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.OwnJvm;
import dev.greenlet.spring.web.PlainApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application in a JVM of its own, to be stopped by a signal. Prints its port when it is up. */
@PlainApplication
@Import(StoppedApplication.Gate.class)
final class StoppedApplication {
  private StoppedApplication() {}

  public static void main(String[] args) {
    OwnJvm.run(StoppedApplication.class, args);
  }

  /** Keeps its hub, and so all that stand in its queue, until a file is there. */
  @RestController
  @Greenlet
  static class Gate {
    private final Path opened;

    Gate(@Value("${gate}") Path opened) {
      this.opened = opened;
    }

    @GetMapping("/quick")
    public String quick() {
      return "answered";
    }

    @GetMapping("/gate")
    public String pass() {
      while (!Files.exists(opened)) {
        Thread.onSpinWait();
      }
      return "answered";
    }
  }
}
