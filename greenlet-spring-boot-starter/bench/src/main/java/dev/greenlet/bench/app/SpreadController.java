package dev.greenlet.bench.app;

import dev.greenlet.spring.Greenlet;
import org.springframework.web.bind.annotation.RestController;

/** Handlers that run on any hub. */
@RestController
@Greenlet(spread = true)
class SpreadController extends BlockingHandlers {
  SpreadController(Dependencies dependencies) {
    super(dependencies);
  }
}
