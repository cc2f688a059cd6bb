"""The topic model on a small world of three topics, and its features."""

import numpy as np
import pytest

from bot.nlu.chinese import simplified
from bot.nlu.ngrams import NgramVectorizer
from bot.nlu.topic_model import TopicModel
from core.data_checks import examples
from core.text import clean

TOPICS = ("dmv_license_renew", "dmv_wait_time", "vote_register", "out_of_scope")


@pytest.fixture(scope="module")
def trained() -> tuple[NgramVectorizer, TopicModel]:
    chosen = [example for code in ("en", "es") for example in examples(code) if example.topic in TOPICS]
    return _trained([clean(one.text) for one in chosen], [one.topic for one in chosen])


def _trained(texts: list[str], labels: list[str]) -> tuple[NgramVectorizer, TopicModel]:
    vectorizer = NgramVectorizer().fit(texts)
    familiar = np.array([vectorizer.known_words(text, is_of_training=True) for text in texts])
    return vectorizer, TopicModel().fit(vectorizer.transform(texts), familiar, labels)


def _predict(trained: tuple[NgramVectorizer, TopicModel], text: str):
    vectorizer, model = trained
    return model.predict(vectorizer.transform([text]), np.array([vectorizer.known_words(text)]))[0]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("i want to renew my license", "dmv_license_renew"),
        ("quiero renovar mi licencia", "dmv_license_renew"),
        ("how long is the wait today", "dmv_wait_time"),
        ("como me registro para votar", "vote_register"),
    ],
)
def test_a_plain_question_gets_its_topic_and_is_in_scope(
    trained: tuple[NgramVectorizer, TopicModel], text: str, topic: str
) -> None:
    found = _predict(trained, text)
    assert found.topic == topic
    assert found.in_scope > 0.5


def test_a_question_about_something_else_is_out_of_scope(trained: tuple[NgramVectorizer, TopicModel]) -> None:
    assert _predict(trained, "what is the capital of france").in_scope < 0.5


@pytest.mark.parametrize("text", ["renew", "", "??", "zzzz qqqq", "wait", "x" * 3000])
def test_every_ranking_is_a_distribution_in_order(trained: tuple[NgramVectorizer, TopicModel], text: str) -> None:
    found = _predict(trained, text)
    shares = [share for _, share in found.ranking]
    assert {topic for topic, _ in found.ranking} == set(TOPICS) - {"out_of_scope"}
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)
    assert 0 <= found.in_scope <= 1


def test_without_examples_out_of_scope_everything_is_in_scope() -> None:
    texts = [f"renew my license {word}" for word in "abcdefgh"] + [f"where do i vote {word}" for word in "abcdefgh"]
    found = _predict(_trained(texts, ["renew"] * 8 + ["vote"] * 8), "renew the license")
    assert (found.topic, found.in_scope) == ("renew", 1.0)


def test_one_byte_weights_choose_as_exact_ones_would(trained: tuple[NgramVectorizer, TopicModel]) -> None:
    vectorizer, model = trained
    weights = model.scorer._margins
    rows = vectorizer.transform(["i want to renew my license", "wait times in norwich"])
    exact = rows @ (weights._bytes.astype(np.float64) * weights._step) + weights._bias
    np.testing.assert_allclose(weights.dot(rows), exact, rtol=1e-4, atol=1e-4)


def test_traditional_and_simplified_chinese_are_the_same_text() -> None:
    assert simplified("駕照續期 DMV") == "驾照续期 DMV"
    vectorizer = NgramVectorizer(min_df=1).fit(["怎么更新驾照"])
    assert (vectorizer.transform(["怎麼更新駕照"]) != vectorizer.transform(["怎么更新驾照"])).nnz == 0


def test_a_word_of_one_training_text_alone_is_not_known_to_that_text() -> None:
    vectorizer = NgramVectorizer(min_df=1).fit(["renew license", "renew plates"])
    assert vectorizer.known_words("renew license", is_of_training=True) == 0.5
    assert vectorizer.known_words("renew license") == 1.0
    assert vectorizer.known_words("12345 !") == 1.0
