package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Blocking calls give the hub to others, and say what they wait for. */
@EachEngine
class SwitchPointTests extends HubContract {
  SwitchPointTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void aSwitchPointGivesTheHubToOthersAndTellsWhatItWaitsFor() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<String> waiting = onHub("waiting", () -> waitFor(release, "done"));
    await().until(() -> waiting.greenletState() == GreenletState.PARKED);

    assertThat(onHub("other", () -> "ran").get()).isEqualTo("ran");
    assertThat(waiting.waitingOn()).isEqualTo(new WaitReason("jdbc", "select ?"));
    release.countDown();
    assertThat(waiting.get()).isEqualTo("done");
    assertThat(waiting.waitingOn()).isNull();
  }

  @Test
  void nestedSwitchPointsGiveUpTheHubOnceAndTellTheInnerReason() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<Integer> nested =
        onHub(
            "nested",
            () ->
                SwitchPoint.call(
                    new WaitReason("http", "outer"),
                    () -> {
                      try (SwitchPoint inner = SwitchPoint.enter(new WaitReason("jdbc", "x"))) {
                        inner.refine("inner");
                        release.await();
                      }
                      WaitReason after = Greenlets.current().waitingOn();
                      assertThat(after).isEqualTo(new WaitReason("http", "outer"));
                      return 1;
                    }));
    await()
        .untilAsserted(
            () -> assertThat(nested.waitingOn()).isEqualTo(new WaitReason("jdbc", "inner")));
    assertThat(onHub("other", () -> 2).get()).isEqualTo(2);
    release.countDown();
    assertThat(nested.get()).isEqualTo(1);
  }

  @Test
  void aGreenletWaitInsideASwitchPointIsPossible() throws Exception {
    GreenletTask<Integer> child = onHub("child", () -> 4);
    GreenletTask<Integer> parent =
        onHub("parent", () -> SwitchPoint.call(new WaitReason("http", ""), child::get));

    assertThat(parent.get()).isEqualTo(4);
  }

  @Test
  void aSwitchPointOffAGreenletIsJustTheCall() throws Exception {
    assertThat(SwitchPoint.call(new WaitReason("jdbc", ""), () -> 3)).isEqualTo(3);
    try (SwitchPoint nowhere = SwitchPoint.enter(new WaitReason("jdbc", ""))) {
      nowhere.refine("nobody hears it");
    }
  }
}
