"""What is told in confidence, and what people say so that they are helped."""

import pytest

from chat.services.memory.judging import sensitivity


@pytest.mark.parametrize(
    ("kind", "attribute", "words"),
    [
        ("health", "diagnosis", "migraine"),
        ("health", "condition", "I have been diagnosed with diabetes"),
        ("health", "condition", "I am HIV positive"),
        ("health", "condition", "I'm pregnant"),
        ("health", "condition", "I suffer from depression"),
        ("health", "takes", "I take 50 mg of sertraline"),
        ("health", "condition", "Ich bin schwanger"),
        ("health", "condition", "Ich habe Depressionen"),
        ("health", "condition", "Je suis enceinte"),
        ("health", "condition", "Je suis séropositif"),
        ("health", "condition", "Estoy embarazada"),
        ("health", "condition", "Tengo cáncer"),
        ("health", "condition", "Jeg er gravid"),
        ("health", "condition", "Sono incinta"),
        ("health", "condition", "Estou grávida"),
        ("health", "condition", "У меня депрессия"),
        ("health", "condition", "我怀孕了"),
        ("health", "condition", "うつ病です"),
        ("belief", "religion", "Catholic"),
        ("belief", "is", "I am a Muslim"),
        ("belief", "is", "I'm a christian"),
        ("belief", "fact", "I voted for the Greens"),
        ("belief", "fact", "I am a member of the Labour Party"),
        ("belief", "is", "Ich bin katholisch"),
        ("belief", "fact", "Ich bin in der Gewerkschaft"),
        ("belief", "is", "Je suis athée"),
        ("belief", "is", "Soy judío"),
        ("belief", "is", "Jeg er muslimsk"),
        ("belief", "is", "我是基督徒"),
        ("intimate", "is", "I'm gay"),
        ("intimate", "is", "Ich bin lesbisch"),
        ("intimate", "is", "Je suis bisexuelle"),
        ("intimate", "is", "Soy transexual"),
        ("intimate", "is", "Jeg er homofil"),
        ("intimate", "is", "我是同性恋"),
        ("origin", "ethnicity", "Kurdish"),
        ("origin", "is", "I am a black woman"),
        ("origin", "is", "Ich bin Kurdin"),
        ("money", "salary", "60,000"),
        ("money", "fact", "I earn 60,000 euros a year"),
        ("money", "fact", "I'm in debt"),
        ("money", "fact", "Ich habe Schulden"),
        ("money", "fact", "Je gagne 3000 euros"),
        ("money", "fact", "Tengo deudas"),
        ("money", "fact", "我欠债了"),
        ("law", "fact", "I was convicted of fraud"),
        ("law", "fact", "I have been in prison"),
        ("law", "fact", "Ich bin vorbestraft"),
        ("law", "fact", "J'ai été condamné"),
        ("law", "fact", "Estuve en la cárcel"),
        ("law", "fact", "我坐牢了"),
    ],
)
def test_what_is_told_in_confidence_is_known_for_that(kind, attribute, words):
    assert sensitivity.of(attribute, words) == kind


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("allergy", "I'm allergic to peanuts"),
        ("diet", "I am vegetarian"),
        ("diet", "Ich bin Veganerin"),
        ("diet", "I don't eat pork"),
        ("intolerance", "I am lactose intolerant"),
        ("condition", "I have a cold and a headache"),
        ("condition", "I broke my leg"),
        ("nationality", "I am Norwegian"),
        ("hometown", "I come from Ghana"),
        ("lives_in", "Vivo a Roma"),
        ("name", "My name is Christian"),
        ("brother", "my brother is Christian"),
        ("fact", "I went to a Catholic school"),
        ("occupation", "I work as a nurse on the cancer ward"),
        ("occupation", "I am a prison guard"),
        ("employer", "I work for the Catholic Church"),
        ("likes", "I like the film about the cancer research"),
        ("owns", "I have a black car."),
        ("pet", "My cat is black"),
        ("plans", "I am saving for a house"),
        ("marital_status", "I am married to Anna"),
        ("fact", "I gave up sugar"),
        ("likes", "I like white wine"),
    ],
)
def test_what_people_say_to_be_helped_is_no_secret(attribute, words):
    assert sensitivity.of(attribute, words) == ""


def test_only_people_have_secrets():
    assert sensitivity.of("fact", "Acme is in debt", kind="organisation") == ""
    assert sensitivity.of("fact", "he is in debt", kind="person") == "money"
